import { readFileSync } from 'node:fs';
import { sessionVariables } from './child-environment.js';
import { devcontainerSettings, dotenvLines, SESSION_VARIABLE_NAMES, vscodeSettings } from './editor-settings.js';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../deploy/editors/${name}`, import.meta.url), 'utf8'));

/** A session as `holdshort run` makes it. */
const VARIABLES = sessionVariables({
  session: { id: 'ses_1', credential: 'ghu_holdshort_x' },
  stack: {
    controlPlane: 'https://holdshort.example',
    agentProxy: 'http://127.0.0.1:7402',
    agentEndpoint: 'http://127.0.0.1:7403',
    agentAdmin: 'http://127.0.0.1:7404',
    ca: '/ca.pem',
    enterpriseServers: [],
  },
  caFiles: { bundle: '/s/bundle.pem', extra: '/s/extra.pem', workspace: '/s/workspace.pem', none: '/s/none' },
  env: { HOME: '/home/alice' },
});

/** What VS Code and the dev container tools put in the place of `${env:X}` and `${localEnv:X}`. */
const resolved = (text: string): string =>
  text.replaceAll(/\$\{(?:env|localEnv):([^}]+)\}/g, (_all, name: string) => VARIABLES[name] ?? `(no ${name})`);

// node tools/write-editor-settings.mjs
describe('the settings files in deploy/editors', () => {
  it('are those that the variables of a session ask for', () => {
    expect(read('vscode/settings.json')).toEqual(vscodeSettings());
    expect(read('devcontainer/devcontainer.json')).toEqual(devcontainerSettings());
    expect([...SESSION_VARIABLE_NAMES].sort()).toEqual(Object.keys(VARIABLES).sort());
  });

  it('hand over each variable of a session with its value, and no other', () => {
    const settings = read('vscode/settings.json') as Record<string, Record<string, string>>;
    const container = read('devcontainer/devcontainer.json') as { remoteEnv: Record<string, string> };
    for (const env of [
      settings['terminal.integrated.env.linux'],
      settings['terminal.integrated.env.osx'],
      container.remoteEnv,
    ])
      expect(Object.fromEntries(Object.entries(env ?? {}).map(([name, value]) => [name, resolved(value)]))).toEqual(
        VARIABLES,
      );
  });

  it('mount the files of CAs that a session names, and nothing that holds a credential', () => {
    const { mounts } = read('devcontainer/devcontainer.json') as { mounts: string[] };
    expect(mounts.map(resolved)).toEqual(
      ['/s/bundle.pem', '/s/extra.pem', '/s/workspace.pem', '/s/none'].map(
        (file) => `source=${file},target=${file},type=bind,readonly`,
      ),
    );
  });

  it('hold no credential', () => {
    for (const name of ['vscode/settings.json', 'devcontainer/devcontainer.json'])
      expect(JSON.stringify(read(name))).not.toMatch(/gh[a-z]_|github_pat_|holdshort:/);
  });
});

describe('dotenvLines', () => {
  it('are one line for each variable, without quotes', () => {
    expect(dotenvLines({ A: 'b c', EMPTY: '', URL: 'http://x:y@z' })).toEqual(['A=b c', 'EMPTY=', 'URL=http://x:y@z']);
    expect(dotenvLines(VARIABLES)).toHaveLength(Object.keys(VARIABLES).length);
  });

  it('cannot hold a value of several lines', () => {
    expect(() => dotenvLines({ A: 'b\nGH_TOKEN=c' })).toThrow('The value of A has more than one line.');
  });
});
