import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Harness } from './testing/harness.js';

interface Entry extends Record<string, unknown> {
  '@timestamp': number;
  _document_id: string;
  action: string;
}

const hashed = (token: string): string => createHash('sha256').update(token).digest('base64');

describe("GitHub's audit log", () => {
  let github: Harness;
  let carol: string;
  let alice: string;

  beforeAll(async () => {
    github = await Harness.start();
    const personal = async (body: object): Promise<string> =>
      (await github.control<{ token: string }>('POST', '/personal-tokens', body)).token;
    carol = await personal({ login: 'carol', scopes: ['repo', 'read:audit_log'] });
    alice = await personal({
      ...{ login: 'alice', kind: 'fine_grained', owner: 'acme', repositories: ['acme/app'] },
      permissions: { contents: 'write', pull_requests: 'write' },
    });
  });
  afterAll(() => github.close());

  const read = async (query: string, token = carol) => {
    const answer = await github.call('GET', `/orgs/acme/audit-log${query}`, { token });
    return { status: answer.status, link: String(answer.headers['link'] ?? ''), entries: answer.json as Entry[] };
  };

  it('tells clone, fetch and push by the token that was used, and names a token by its hash', async () => {
    const lease = await github.token({ repositories: ['app'] });
    const work = await github.clone('acme/app', lease, 'work');
    await github.git(work, 'fetch', '-q');
    await github.git(work, 'checkout', '-q', '-b', 'topic');
    await github.commit(work, { 'a.txt': 'a' });
    expect((await github.git(work, 'push', '-q', 'origin', 'topic')).status).toBe(0);
    await github.commit(work, { 'b.txt': 'b' });
    expect((await github.git(work, 'push', '-q', github.remote('acme/app', alice), 'topic')).status).toBe(0);
    const other = await github.clone('acme/app', alice, 'other');
    await github.commit(work, { 'c.txt': 'c' });
    await github.git(work, 'push', '-q', 'origin', 'topic');
    await github.git(other, 'fetch', '-q');
    const { entries } = await read('?include=git&order=asc');
    expect(entries.map(({ action, hashed_token: token }) => [action, token])).toEqual([
      ['git.clone', hashed(lease)],
      ['git.push', hashed(lease)],
      ['git.push', hashed(alice)],
      ['git.clone', hashed(alice)],
      ['git.push', hashed(lease)],
      ['git.fetch', hashed(alice)],
    ]);
    expect(entries[1]).toMatchObject({
      ...{ org: 'acme', repo: 'acme/app', repository: 'acme/app', transport_protocol_name: 'http', token_id: 0 },
      programmatic_access_type: 'GitHub App server-to-server token',
      user_agent: expect.stringMatching(/^git\//) as string,
    });
    expect(entries[2]).toMatchObject({
      ...{ actor: 'alice', programmatic_access_type: 'Fine-grained personal access token' },
    });
    expect(JSON.stringify(entries)).not.toContain(lease.slice(0, 60));
  });

  it('has no entry for a push that is refused, nor for the refs that a client lists', async () => {
    const before = (await read('?include=all')).entries.length;
    const dave = (await github.control<{ token: string }>('POST', '/personal-tokens', { login: 'dave' })).token;
    const work = await github.clone('acme/app', dave, 'dave');
    await github.commit(work, { 'd.txt': 'd' });
    expect((await github.git(work, 'push', '-q', 'origin', 'HEAD:refs/heads/dave')).status).not.toBe(0);
    await github.git(work, 'ls-remote', '-q');
    expect((await read('?include=all')).entries.length).toBe(before + 1);
  });

  it('has what changes settings and pulls, apart from git operations unless all are asked for', async () => {
    const pull = await github.call('POST', '/repos/acme/app/pulls', {
      token: alice,
      body: { title: 't', head: 'topic', base: 'main' },
    });
    expect(pull.status).toBe(201);
    const body = { required_status_checks: null };
    const path = '/repos/acme/app/branches/topic/protection';
    expect((await github.call('PUT', path, { token: carol, body })).status).toBe(200);
    const { entries } = await read('?order=asc');
    expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
      ['pull_request.create', 'alice'],
      ['protected_branch.create', 'carol'],
    ]);
    expect(entries[0]).toMatchObject({ repo: 'acme/app', request_id: expect.any(String) as string });
    const only = await read(`?include=all&phrase=${encodeURIComponent('action:pull_request actor:alice')}`);
    expect(only.entries.map(({ action }) => action)).toEqual(['pull_request.create']);
  });

  it('gives page after page in either order, by cursors of the Link header', async () => {
    const all = (await read('?include=all&order=asc&per_page=100')).entries;
    for (const order of ['asc', 'desc']) {
      const seen: Entry[] = [];
      for (let query = `?include=all&order=${order}&per_page=3`; query !== '';) {
        const { entries, link } = await read(query);
        seen.push(...entries);
        const next = /<[^>]*(\?[^>]*)>; rel="next"/.exec(link)?.[1];
        query = next ?? '';
      }
      expect(order === 'asc' ? seen : seen.reverse()).toEqual(all);
    }
  });

  it('narrows by the time of creation', async () => {
    const all = (await read('?include=all&order=asc&per_page=100')).entries;
    const middle = Number(all[3]?.['@timestamp']);
    const at = new Date(middle).toISOString();
    const count = async (phrase: string) =>
      (await read(`?include=all&per_page=100&phrase=${encodeURIComponent(phrase)}`)).entries.length;
    const later = all.filter((entry) => entry['@timestamp'] >= middle).length;
    expect(await count(`created:>=${at}`)).toBe(later);
    expect(await count(`created:<${at}`)).toBe(all.length - later);
    expect(await count(`created:${at}..*`)).toBe(later);
    expect((await read('?phrase=colour:red')).status).toBe(422);
  });

  it('is for owners with the scope and Apps with the permission, and for nobody else', async () => {
    const personal = async (body: object) =>
      (await github.control<{ token: string }>('POST', '/personal-tokens', body)).token;
    const refused = [
      alice,
      await personal({ login: 'alice', scopes: ['repo', 'read:audit_log'] }),
      await personal({ login: 'carol', scopes: ['repo'] }),
      await github.token({ permissions: { contents: 'read' } }),
    ];
    for (const token of refused) expect((await read('', token)).status).toBe(403);
    expect((await read('', await github.token({ permissions: { organization_administration: 'read' } }))).status).toBe(
      200,
    );
    expect((await github.call('GET', '/orgs/acme/audit-log')).status).toBe(401);
    expect((await github.call('GET', '/orgs/nowhere/audit-log', { token: carol })).status).toBe(404);
  });

  it('streams gzip files of JSON lines, at least once', async () => {
    const folder = join(github.folder, 'stream');
    const { file } = await github.control<{ file: string }>('POST', '/audit-stream', { folder });
    expect(file).toMatch(/\/stream\/\d{4}\/\d{2}\/\d{2}\/\d{2}\/[0-9a-f-]{36}\.json\.gz$/);
    const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
    const all = (await read('?include=all&order=asc&per_page=100')).entries;
    expect(lines.map((line) => JSON.parse(line) as Entry)).toEqual(all);
    expect(await github.control('POST', '/audit-stream', { folder })).toEqual({ file: null });
    const again = await github.control<{ file: string }>('POST', '/audit-stream', { folder, again: 2 });
    expect(gunzipSync(readFileSync(again.file)).toString().trim().split('\n')).toEqual(lines.slice(-2));
  });
});
