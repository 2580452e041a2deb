import { createHash, randomBytes } from 'node:crypto';
import { Harness } from './testing/harness.js';
import type { LoggedRequest } from './http/request-log.js';

// Contract: stock git sees what it would see of GitHub, for every kind of token and push.
describe('the stand-in, used by git', () => {
  let harness: Harness;
  let full: string;
  let contents: string;

  beforeAll(async () => {
    harness = await Harness.start();
    full = await harness.token();
    contents = await harness.token({ repositories: ['app'], permissions: { contents: 'write' } });
  });

  afterAll(() => harness.close());

  const refs = (repository = 'acme/app'): Promise<Record<string, string>> =>
    harness.control('GET', `/refs/${repository}`);

  it('clones with history, tags and protocol v2', async () => {
    const clone = await harness.clone('acme/app', contents, 'history');
    expect((await harness.git(clone, 'rev-list', '--count', 'HEAD')).stdout).toBe('6\n');
    expect((await harness.git(clone, 'tag')).stdout).toBe('v1.0.0\n');
    const trace = await harness.run('git', ['ls-remote', harness.remote('acme/app', contents)], {
      env: { GIT_TRACE_PACKET: '1' },
    });
    expect(trace.stderr).toContain('version 2');
  });

  it('clones shallow, without blobs, and a public repository without a credential', async () => {
    const remote = harness.remote('acme/app', contents);
    expect((await harness.git(harness.folder, 'clone', '-q', '--depth=1', remote, 'shallow')).status).toBe(0);
    expect((await harness.git(`${harness.folder}/shallow`, 'rev-list', '--count', 'HEAD')).stdout).toBe('1\n');
    const partial = await harness.git(
      harness.folder,
      'clone',
      '-q',
      '--filter=blob:none',
      '--no-checkout',
      remote,
      'partial',
    );
    expect(partial).toMatchObject({ status: 0, stderr: '' });
    expect((await harness.git(harness.folder, 'clone', '-q', harness.remote('acme/site'), 'site')).status).toBe(0);
  });

  it.each([
    ['an unknown token', 'acme/app', 'ghs_wrong', 'Invalid username or token.'],
    ['a repository outside the token', 'acme/payments', null, 'Repository not found.'],
    ['a repository without the App', 'other/private', null, 'Repository not found.'],
    ['a repository that is not there', 'acme/nothing', null, 'Repository not found.'],
  ])('refuses %s in the words of GitHub', async (_case, repository, token, words) => {
    const ran = await harness.git(harness.folder, 'ls-remote', harness.remote(repository, token ?? contents));
    expect(ran.status).toBe(128);
    expect(ran.stderr).toContain(words);
  });

  it('asks for a credential where none came', async () => {
    const answer = await harness.call('GET', '/acme/app.git/info/refs?service=git-upload-pack', { host: 'github.com' });
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Basic realm="GitHub"' } });
  });

  it('refuses a push with a token that may only read', async () => {
    const read = await harness.token({ repositories: ['app'], permissions: { contents: 'read' } });
    const clone = await harness.clone('acme/app', read, 'reader');
    await harness.commit(clone, { 'x.txt': 'x\n' });
    const pushed = await harness.git(clone, 'push', 'origin', 'HEAD:refs/heads/reader');
    expect(pushed.status).toBe(128);
    expect(pushed.stderr).toContain('Write access to repository not granted.');
    expect(await refs()).not.toHaveProperty('refs/heads/reader');
  });

  it('takes pushes of branches, tags, many refs, force and deletion, and logs their pack', async () => {
    const clone = await harness.clone('acme/app', contents, 'writer');
    await harness.commit(clone, { 'data.bin': randomBytes(2_000_000) });
    const before = (await harness.control<LoggedRequest[]>('GET', '/requests')).length;
    expect(await harness.git(clone, 'push', 'origin', 'HEAD:refs/heads/topic')).toMatchObject({ status: 0 });
    const logged = await harness.control<LoggedRequest[]>('GET', `/requests?since=${String(before)}`);
    const push = logged.filter(({ path, pack_bytes: bytes }) => path === '/acme/app.git/git-receive-pack' && bytes > 0);
    expect(push).toHaveLength(1);
    expect(push[0]?.pack_bytes).toBeGreaterThan(2_000_000);
    expect(push[0]?.body_bytes).toBeGreaterThan(push[0]?.pack_bytes ?? 0);
    expect(push[0]?.authorization_sha256).toBe(createHash('sha256').update(contents).digest('hex'));
    for (let index = 0; index < 200; index += 1)
      await harness.git(clone, 'update-ref', `refs/heads/many/${String(index)}`, 'HEAD');
    expect((await harness.git(clone, 'push', '-q', 'origin', 'refs/heads/many/*:refs/heads/many/*')).status).toBe(0);
    await harness.git(clone, 'tag', '-a', '-m', 'two', 'v2');
    expect((await harness.git(clone, 'push', '-q', 'origin', 'v2')).status).toBe(0);
    await harness.git(clone, 'commit', '-q', '--amend', '-m', 'Other');
    expect((await harness.git(clone, 'push', '-q', '--force', 'origin', 'HEAD:topic')).status).toBe(0);
    expect((await refs())['refs/heads/topic']).toBe((await harness.git(clone, 'rev-parse', 'HEAD')).stdout.trim());
    expect((await harness.git(clone, 'push', '-q', 'origin', ':topic', ':refs/heads/many/7')).status).toBe(0);
    expect(Object.keys(await refs()).filter((ref) => ref.startsWith('refs/heads/many/'))).toHaveLength(199);
    expect(await refs()).not.toHaveProperty('refs/heads/topic');
  });

  it('takes push options and a chunked body, and refuses refs of its own', async () => {
    const clone = await harness.clone('acme/app', contents, 'options');
    await harness.commit(clone, { 'y.bin': randomBytes(300_000) });
    const small = ['-c', 'http.postBuffer=65536'];
    expect(
      await harness.git(clone, ...small, 'push', '-q', '-o', 'ci.skip', 'origin', 'HEAD:refs/heads/chunked'),
    ).toMatchObject({ status: 0 });
    const refused = await harness.git(clone, 'push', 'origin', 'HEAD:refs/pull/7/head');
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain('deny updating a hidden ref');
  });

  it("refuses workflow files without the permission, with GitHub's reason, in old commits too", async () => {
    const clone = await harness.clone('acme/app', contents, 'workflow');
    await harness.commit(clone, { '.github/workflows/new.yml': 'on: push\n' });
    await harness.git(clone, 'rm', '-q', '.github/workflows/new.yml');
    await harness.git(clone, 'commit', '-q', '-m', 'Gone again');
    const refused = await harness.git(clone, 'push', 'origin', 'HEAD:refs/heads/flow');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(
      '! [remote rejected] HEAD -> flow (refusing to allow a GitHub App to create or update workflow `.github/workflows/new.yml` without `workflows` permission)',
    );
    expect(await refs()).not.toHaveProperty('refs/heads/flow');
    expect(
      (await harness.git(clone, 'push', '-q', harness.remote('acme/app', full), 'HEAD:refs/heads/flow')).status,
    ).toBe(0);
  });

  it('guards protected branches, and lets an app push to them where protection is not enforced', async () => {
    await harness.control('POST', '/repos', {
      owner: 'acme',
      name: 'guarded',
      files: { a: '1\n' },
      branches: ['strict'],
      protected: ['strict'],
      enforced: true,
    });
    const clone = await harness.clone('acme/guarded', full, 'guarded');
    await harness.commit(clone, { b: '2\n' });
    const direct = await harness.git(clone, 'push', 'origin', 'HEAD:strict');
    expect(direct.stderr).toContain('remote: error: GH006: Protected branch update failed for refs/heads/strict.');
    expect(direct.stderr).toContain('! [remote rejected] HEAD -> strict (protected branch hook declined)');
    const app = await harness.clone('acme/app', contents, 'protected');
    await harness.commit(app, { b: '2\n' });
    expect((await harness.git(app, 'push', '-q', 'origin', 'main')).status).toBe(0);
    await harness.git(app, 'commit', '-q', '--amend', '-m', 'forced');
    expect((await harness.git(app, 'push', '--force', 'origin', 'main')).stderr).toContain(
      'Cannot force-push to this branch',
    );
    expect((await harness.git(app, 'push', 'origin', ':main')).stderr).toContain('Cannot delete a protected branch');
  });

  it('refuses a revoked token everywhere', async () => {
    const token = await harness.token({ repositories: ['app'] });
    expect((await harness.call('DELETE', '/installation/token', { token })).status).toBe(204);
    expect(await harness.call('GET', '/repos/acme/app', { token })).toMatchObject({
      status: 401,
      json: { message: 'Bad credentials' },
    });
    const ran = await harness.git(harness.folder, 'ls-remote', harness.remote('acme/app', token));
    expect(ran.stderr).toContain('Invalid username or token.');
  });

  it('serves raw files and archives', async () => {
    const raw = await harness.call('GET', '/acme/app/v1.0.0/README.md', {
      host: 'raw.githubusercontent.com',
      token: contents,
    });
    expect(raw.text).toContain('Run `npm start`.');
    expect((await harness.call('GET', '/acme/app/main/README.md', { host: 'raw.githubusercontent.com' })).status).toBe(
      404,
    );
    const archive = await harness.call('GET', '/acme/app/tar.gz/refs/heads/main', {
      host: 'codeload.github.com',
      token: contents,
    });
    expect(archive).toMatchObject({ status: 200, headers: { 'content-type': 'application/x-gzip' } });
  });
});
