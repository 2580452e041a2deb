import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Harness } from './testing/harness.js';

const MEGABYTE = 1_048_576;

/** Bytes in buffers that are still in use: a collection first drops those that are not. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
}

/** Asks for a whole repository as git does (gitprotocol-pack), and reads nothing of the answer. */
function openClone(harness: Harness, token: string, head: string): Promise<IncomingMessage> {
  const want = `want ${head} side-band-64k ofs-delta agent=test\n`;
  const body = `${(want.length + 4).toString(16).padStart(4, '0')}${want}00000009done\n`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-git-upload-pack-request' };
  const url = `${harness.standin.url}/acme/large.git/git-upload-pack`;
  return new Promise((resolve, reject) => {
    const req = request(url, { method: 'POST', headers, ca: harness.ca, agent: false }, resolve);
    req.once('error', reject);
    req.end(body);
  });
}

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

  it('makes a request fail with headers and words of its own, as a rate limit does', async () => {
    await harness.control('POST', '/faults', {
      match: '/repos/acme/app$',
      status: 429,
      headers: { 'retry-after': '7', 'x-ratelimit-remaining': '0' },
      body: { message: 'API rate limit exceeded' },
    });
    const limited = await harness.call('GET', '/repos/acme/app', { token });
    expect(limited).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7', 'x-ratelimit-remaining': '0', 'content-type': 'application/json; charset=utf-8' },
      json: { message: 'API rate limit exceeded' },
    });
    expect((await harness.call('GET', '/repos/acme/app', { token })).status).toBe(200);
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

  it('installs the App on an account, and takes it away with its tokens', async () => {
    const jwt = await harness.appJwt();
    const found = async (): Promise<number> =>
      (await harness.call('GET', '/repos/other/private/installation', { token: jwt })).status;
    expect(await found()).toBe(404);
    const { id } = await harness.control<{ id: number }>('POST', '/installations', { account: 'other' });
    expect(await harness.control('POST', '/installations', { account: 'other' })).toEqual({ id, account: 'other' });
    expect(await found()).toBe(200);
    await harness.control('DELETE', '/installations/other');
    expect(await found()).toBe(404);
    expect(await harness.control('DELETE', '/installations/nobody')).toEqual({ message: 'There is no account nobody' });
  });

  it('imports a large repository, and holds none of its clone back while a client does not read', async () => {
    const source = `${harness.folder}/source`;
    await harness.run('git', ['init', '-q', source]);
    const megabytes = 48;
    const split = `head -c ${String(megabytes * MEGABYTE)} /dev/urandom | split -b 4M`;
    await harness.run('sh', ['-c', split], { cwd: source });
    await harness.git(source, '-c', 'core.compression=0', 'add', '.');
    await harness.git(source, 'commit', '-q', '-m', 'Large');
    await harness.control('POST', '/repos/acme/large/import', { path: source });
    const head = (await harness.git(source, 'rev-parse', 'HEAD')).stdout.trim();
    const before = heldBytes();
    const answer = await openClone(harness, token, head);
    await sleep(1500);
    // git is far ahead of this client; a server that does not wait would hold the whole pack now.
    expect((heldBytes() - before) / MEGABYTE).toBeLessThan(megabytes / 3);
    let received = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) received += chunk.length;
    expect(received / MEGABYTE).toBeGreaterThan(megabytes);
  });
});
