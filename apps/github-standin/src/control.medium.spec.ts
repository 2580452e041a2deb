import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Harness } from './testing/harness.js';

// Contract: tests can set the stage, break things and see what reached GitHub.
describe('the control port', () => {
  let harness: Harness;
  let token: string;

  beforeAll(async () => {
    harness = await Harness.start();
    token = await harness.token();
  });

  afterAll(() => harness.close());

  it('makes a repository with files, branches and protection', async () => {
    await harness.control('POST', '/repos', {
      owner: 'acme',
      name: 'made',
      private: false,
      files: { 'a/b.txt': 'text\n' },
      branches: ['dev'],
      protected: ['main'],
    });
    const refs = await harness.control<Record<string, string>>('GET', '/refs/acme/made');
    expect(Object.keys(refs)).toEqual(['refs/heads/dev', 'refs/heads/main']);
    const branch = await harness.call('GET', '/repos/acme/made/branches/main', { token });
    expect(branch.json).toMatchObject({ protected: true });
    expect(await harness.control('GET', '/refs/acme/none')).toEqual({ message: 'There is no repository acme/none' });
  });

  it('makes requests fail, wait or break off, as often as asked', async () => {
    await harness.control('POST', '/faults', { match: '/repos/acme/app$', status: 503, times: 2 });
    const statuses = [];
    for (let index = 0; index < 3; index += 1)
      statuses.push((await harness.call('GET', '/repos/acme/app', { token })).status);
    expect(statuses).toEqual([503, 503, 200]);
    await harness.control('POST', '/faults', { match: 'GET api.github.com/repos/acme/app', drop: true });
    await expect(harness.call('GET', '/repos/acme/app', { token })).rejects.toThrow();
    await harness.control('POST', '/faults', { match: 'GET /repos/acme/app', delay_ms: 300 });
    const before = performance.now();
    expect((await harness.call('GET', '/repos/acme/app', { token })).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(295);
  });

  it('tells which tokens were issued and revoked', async () => {
    const short = await harness.token({ repositories: ['app'], permissions: { contents: 'write' } });
    await harness.call('DELETE', '/installation/token', { token: short });
    const tokens = await harness.control<Record<string, unknown>[]>('GET', '/tokens');
    expect(tokens.at(-1)).toMatchObject({
      repositories: ['acme/app'],
      permissions: { contents: 'write', metadata: 'read' },
      revoked: true,
    });
    expect(tokens.at(-1)?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('imports a large repository and streams its clone without holding it', async () => {
    const source = `${harness.folder}/source`;
    await harness.run('git', ['init', '-q', source]);
    const megabytes = 96;
    await harness.run('sh', ['-c', `head -c ${String(megabytes * 1_048_576)} /dev/urandom > blob.bin`], {
      cwd: source,
    });
    await harness.git(source, 'add', '.');
    await harness.git(source, '-c', 'core.compression=0', 'commit', '-q', '-m', 'Large');
    await harness.control('POST', '/repos/acme/large/import', { path: source });
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    // What is still held after a collection: chunks on their way, or all of the pack.
    const held = (): number => {
      collect();
      return process.memoryUsage().arrayBuffers;
    };
    const before = held();
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, held())), 50);
    await harness.clone('acme/large', token, 'large');
    clearInterval(watch);
    expect((await harness.git(`${harness.folder}/large`, 'rev-parse', 'HEAD')).stdout).toBe(
      (await harness.git(source, 'rev-parse', 'HEAD')).stdout,
    );
    // A buffered clone would hold all of it.
    expect((peak - before) / 1_048_576).toBeLessThan(megabytes / 3);
  });
});
