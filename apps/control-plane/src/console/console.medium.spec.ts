import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorld, type Replica } from '../testing/test-world.js';

const PAGE = '<meta property="csp-nonce" nonce="__HOLDSHORT_NONCE__"><script src="/assets/a-1.js"></script>';
const SCRIPT = 'globalThis.there = true;\n';

describe('the console, as it is served', () => {
  let world: TestWorld;
  let replica: Replica;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdshort-console-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), PAGE);
    await writeFile(join(folder, 'assets/a-1.js'), SCRIPT);
    await writeFile(join(folder, 'assets/notes.txt'), 'not of a kind that is served');
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase(), { consoleDir: folder });
  });
  afterAll(async () => {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${replica.server.httpUrl}${path}`, { headers });

  it('is one page for every address that is nobody else’s, never kept, with a nonce of each answer', async () => {
    const nonces = new Set<string>();
    for (const path of ['/', '/approvals/apr_1', '/audit?human=alice', '/index.html', '/no/such/place']) {
      const answer = await get(path);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
      const page = await answer.text();
      const nonce = /nonce="([^"]{24})"/.exec(page)?.[1] ?? '';
      expect(page).toBe(PAGE.replace('__HOLDSHORT_NONCE__', nonce));
      expect(answer.headers.get('content-security-policy')).toBe(
        `default-src 'self'; style-src 'self' 'nonce-${nonce}'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
      );
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(5);
  });

  it('has files that are kept for good, compressed for whoever can read that', async () => {
    const compressed = await get('/assets/a-1.js', { 'accept-encoding': 'gzip' });
    expect(Object.fromEntries(compressed.headers)).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'gzip',
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
    });
    expect(await compressed.text()).toBe(SCRIPT);
    const plain = await get('/assets/a-1.js', { 'accept-encoding': 'identity' });
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, SCRIPT]);
  });

  it.each([
    '/assets/b.js',
    '/assets/notes.txt',
    '/assets/..%2Findex.html',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '/assets',
    '/api',
    '/api/v1/nothing',
    '/assets/__proto__',
  ])('has nothing at %s', async (path) => {
    const answer = await get(path);
    const isPage = answer.status === 200 && (await answer.text()).includes('csp-nonce');
    // a path that leads out of /assets is an address of the console, which shows nothing there
    expect(isPage || answer.status === 404).toBe(true);
    if (path.startsWith('/api') || path.startsWith('/assets/'))
      expect(answer.status === 404 || path.includes('%2e')).toBe(true);
  });

  it('is looked for beside the code where no folder is named, and the API works with or without', async () => {
    const without = await world.replica(await world.newDatabase(), { consoleDir: undefined });
    expect((await fetch(`${without.server.httpUrl}/api/v1/health`)).status).toBe(200);
    expect((await fetch(`${without.server.httpUrl}/`)).status).toBe(200);
  });
});
