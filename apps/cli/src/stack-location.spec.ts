import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCliSettings } from './settings.js';
import { locateStack, type StackLocation } from './stack-location.js';

describe('finding the stack', () => {
  let folder: string;
  const dev = {
    controlPlane: 'http://127.0.0.1:1',
    agentProxy: 'p',
    agentEndpoint: 'e',
    agentAdmin: 'a',
    ca: '/ca',
    idp: 'http://127.0.0.1:2',
    users: [],
  };
  const locate = (env: NodeJS.ProcessEnv, cwd: string): StackLocation =>
    locateStack(loadCliSettings(env), cwd, '/nowhere');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdshort-cli-'));
    mkdirSync(join(folder, '.holdshort'));
    mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
    writeFileSync(join(folder, '.holdshort', 'dev.json'), JSON.stringify(dev));
    writeFileSync(
      join(folder, 'other.json'),
      JSON.stringify({ ...dev, controlPlane: 'http://127.0.0.1:9', idp: null }),
    );
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('looks for a ready file upwards', () => {
    expect(locate({}, join(folder, 'deep', 'er'))).toMatchObject({
      controlPlane: 'http://127.0.0.1:1',
      embedded: { idp: 'http://127.0.0.1:2' },
    });
  });

  it('prefers the file that is named, and settings over both', () => {
    const env = { HOLDSHORT_DEV_FILE: join(folder, 'other.json') };
    expect(locate(env, folder)).toEqual({
      controlPlane: 'http://127.0.0.1:9',
      agentProxy: 'p',
      agentEndpoint: 'e',
      agentAdmin: 'a',
      ca: '/ca',
      enterpriseServers: [],
    });
    expect(
      locate({ ...env, HOLDSHORT_CONTROL_PLANE_URL: 'https://h.example', HOLDSHORT_AGENT_CA: '/own' }, folder),
    ).toEqual({
      controlPlane: 'https://h.example',
      agentProxy: 'http://127.0.0.1:7402',
      agentEndpoint: 'http://127.0.0.1:7403',
      agentAdmin: 'http://127.0.0.1:7404',
      ca: '/own',
      enterpriseServers: [],
    });
  });

  it('says what to do where there is none', () => {
    expect(() => locate({ HOLDSHORT_DEV_FILE: join(folder, 'gone.json') }, folder)).toThrow(/There is no ready file/);
    expect(() => locate({}, '/')).toThrow('No Holdshort was found from here.');
  });
});
