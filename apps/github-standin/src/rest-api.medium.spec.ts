import { Octokit } from '@octokit/rest';
import { Harness } from './testing/harness.js';

// Contract: octokit can do on real git what it can do on GitHub, and no more than its token says.
describe('the stand-in, used by octokit', () => {
  let harness: Harness;
  let token: string;
  let octokit: Octokit;

  /** Octokit on node:https with the stand-in's CA: its own fetch cannot be given one. */
  const client = (auth: string): Octokit =>
    new Octokit({
      auth,
      baseUrl: 'https://api.github.com',
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      request: {
        fetch: async (address: string, init: { method: string; headers: Record<string, string>; body?: string }) => {
          const { pathname, search } = new URL(address);
          const answer = await harness.call(init.method, pathname + search, {
            headers: init.headers,
            body: init.body === undefined ? undefined : JSON.parse(init.body),
          });
          const headers = new Headers(
            Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]),
          );
          return new Response(answer.status === 204 || answer.status === 304 ? null : answer.text, {
            status: answer.status,
            headers,
          });
        },
      },
    });

  const app = { owner: 'acme', repo: 'app' };

  beforeAll(async () => {
    harness = await Harness.start();
    token = await harness.token();
    octokit = client(token);
  });

  afterAll(() => harness.close());

  const main = async (): Promise<string> =>
    (await octokit.rest.git.getRef({ ...app, ref: 'heads/main' })).data.object.sha;
  const statusOf = async (call: Promise<unknown>): Promise<number> => {
    try {
      await call;
    } catch (error) {
      return (error as { status: number }).status;
    }
    return 0;
  };

  it('describes a repository by name and by id, with ids in the form of GitHub', async () => {
    const { data, headers } = await octokit.rest.repos.get(app);
    expect(data).toMatchObject({ full_name: 'acme/app', private: true, default_branch: 'main' });
    expect(data.node_id).toMatch(/^R_kgDO/);
    expect(headers).toMatchObject({ 'x-accepted-github-permissions': 'metadata=read', 'x-ratelimit-limit': '5000' });
    expect((await octokit.request('GET /repositories/{id}', { id: data.id })).data).toEqual(data);
  });

  it('creates, changes and deletes a file in the real repository', async () => {
    const file = { ...app, path: 'docs/ä b.md', branch: 'main' };
    const made = await octokit.rest.repos.createOrUpdateFileContents({
      ...file,
      message: 'One',
      content: Buffer.from('one\n').toString('base64'),
    });
    expect(made.status).toBe(201);
    const sha = made.data.content?.sha;
    const change = { ...file, message: 'Two', content: Buffer.from('two\n').toString('base64') };
    expect(await statusOf(octokit.rest.repos.createOrUpdateFileContents(change))).toBe(422);
    expect(await statusOf(octokit.rest.repos.createOrUpdateFileContents({ ...change, sha: '0'.repeat(40) }))).toBe(409);
    await octokit.rest.repos.createOrUpdateFileContents({ ...change, sha });
    const clone = await harness.clone('acme/app', token, 'after-put');
    expect((await harness.git(clone, 'show', 'HEAD:docs/ä b.md')).stdout).toBe('two\n');
    const now = await octokit.rest.repos.getContent({ ...app, path: file.path });
    await octokit.rest.repos.deleteFile({ ...file, message: 'Gone', sha: (now.data as { sha: string }).sha });
    expect(await statusOf(octokit.rest.repos.getContent({ ...app, path: file.path }))).toBe(404);
  });

  it('builds a commit from blob, tree and commit, and moves refs by the rules', async () => {
    const base = await main();
    const { data: parent } = await octokit.rest.git.getCommit({ ...app, commit_sha: base });
    const { data: blob } = await octokit.rest.git.createBlob({ ...app, content: 'blob\n' });
    const tree = [
      { path: 'a/b/c.txt', mode: '100644' as const, type: 'blob' as const, sha: blob.sha },
      { path: 'README.md', mode: '100644' as const, type: 'blob' as const, sha: null },
    ];
    const { data: made } = await octokit.rest.git.createTree({ ...app, base_tree: parent.tree.sha, tree });
    const { data: commit } = await octokit.rest.git.createCommit({
      ...app,
      message: 'Built',
      tree: made.sha,
      parents: [base],
    });
    await octokit.rest.git.createRef({ ...app, ref: 'refs/heads/built', sha: commit.sha });
    const { data: compared } = await octokit.rest.repos.compareCommitsWithBasehead({
      ...app,
      basehead: 'main...built',
    });
    expect(compared).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0 });
    expect(compared.files?.map(({ filename, status }) => `${status} ${filename}`)).toEqual([
      'removed README.md',
      'added a/b/c.txt',
    ]);
    expect(await statusOf(octokit.rest.git.createRef({ ...app, ref: 'refs/heads/built', sha: commit.sha }))).toBe(422);
    expect(
      await statusOf(octokit.rest.git.updateRef({ ...app, ref: 'heads/built', sha: parent.parents[0]?.sha ?? '' })),
    ).toBe(422);
    await octokit.rest.git.updateRef({ ...app, ref: 'heads/built', sha: base, force: true });
    await octokit.rest.git.deleteRef({ ...app, ref: 'heads/built' });
    expect(await statusOf(octokit.rest.git.deleteRef({ ...app, ref: 'heads/main' }))).toBe(422);
  });

  it.each(['merge', 'squash', 'rebase'] as const)('merges a pull request by %s', async (method) => {
    const base = await main();
    await octokit.rest.git.createRef({ ...app, ref: `refs/heads/${method}`, sha: base });
    const write = (branch: string, path: string): Promise<unknown> =>
      octokit.rest.repos.createOrUpdateFileContents({
        ...app,
        branch,
        path,
        message: `Add ${path}`,
        content: Buffer.from(path).toString('base64'),
      });
    await write(method, `${method}-1`);
    await write(method, `${method}-2`);
    await write('main', `${method}-main`);
    const { data: pull } = await octokit.rest.pulls.create({ ...app, title: method, head: method, base: 'main' });
    expect(pull).toMatchObject({ mergeable: true, commits: 2, changed_files: 2, additions: 2 });
    expect(pull.node_id).toMatch(/^PR_kwDO/);
    await octokit.rest.pulls.merge({ ...app, pull_number: pull.number, merge_method: method });
    const { data: commits } = await octokit.rest.repos.listCommits({ ...app, per_page: 2 });
    expect(commits[0]?.parents).toHaveLength(method === 'merge' ? 2 : 1);
    expect(commits[0]?.commit.message.split('\n')[0]).toBe(
      {
        merge: `Merge pull request #${String(pull.number)} from acme/merge`,
        squash: `squash (#${String(pull.number)})`,
        rebase: 'Add rebase-2',
      }[method],
    );
    expect((await octokit.rest.pulls.get({ ...app, pull_number: pull.number })).data).toMatchObject({
      merged: true,
      state: 'closed',
    });
    for (const path of [`${method}-1`, `${method}-2`, `${method}-main`])
      expect((await octokit.rest.repos.getContent({ ...app, path })).status).toBe(200);
  });

  it('pages through lists', async () => {
    for (let index = 0; index < 5; index += 1)
      await octokit.rest.issues.create({ ...app, title: `Issue ${String(index)}` });
    const all = await octokit.paginate(octokit.rest.issues.listForRepo, { ...app, per_page: 2 });
    expect(all.map(({ title }) => title)).toEqual(['Issue 4', 'Issue 3', 'Issue 2', 'Issue 1', 'Issue 0']);
  });

  it('records administration, so that a call that should not have come is seen', async () => {
    await octokit.rest.repos.createWebhook({ ...app, config: { url: 'https://example.test' } });
    expect((await octokit.rest.repos.listWebhooks(app)).data).toHaveLength(1);
    await octokit.rest.actions.createWorkflowDispatch({ ...app, workflow_id: 'ci.yml', ref: 'main' });
    const repository = harness.standin.world.repositoryByName('acme', 'app');
    expect(repository?.administration.dispatches).toEqual([{ workflow: 'ci.yml', ref: 'main', inputs: {} }]);
    expect((await octokit.rest.repos.getBranch({ ...app, branch: 'main' })).data.protected).toBe(true);
  });

  it('narrows tokens, and refuses scopes that the installation does not have', async () => {
    const narrow = client(await harness.token({ repositories: ['app'], permissions: { contents: 'read' } }));
    expect(await statusOf(narrow.rest.repos.getContent({ ...app, path: 'src' }))).toBe(0);
    expect(
      await statusOf(narrow.rest.repos.createOrUpdateFileContents({ ...app, path: 'x', message: 'x', content: '' })),
    ).toBe(403);
    expect(await statusOf(narrow.rest.pulls.list(app))).toBe(403);
    expect(await statusOf(narrow.rest.repos.get({ owner: 'acme', repo: 'payments' }))).toBe(404);
    expect(await statusOf(narrow.rest.repos.get({ owner: 'acme', repo: 'site' }))).toBe(0);
    expect(await statusOf(narrow.rest.users.getAuthenticated())).toBe(403);
    await expect(harness.token({ repositories: ['nothing'] })).rejects.toThrow('does not exist or is not accessible');
    await expect(harness.token({ permissions: { gists: 'write' } })).rejects.toThrow(
      'not granted to this installation',
    );
  });

  it('writes no workflow file without the permission', async () => {
    const narrow = client(await harness.token({ repositories: ['app'], permissions: { contents: 'write' } }));
    const wanted = {
      ...app,
      path: '.github/workflows/evil.yml',
      message: 'x',
      content: Buffer.from('on: push\n').toString('base64'),
    };
    const before = await main();
    expect(await statusOf(narrow.rest.repos.createOrUpdateFileContents(wanted))).toBe(403);
    expect(await main()).toBe(before);
  });

  it.each([
    ['an App JWT over 10 minutes', { seconds: 900 }, 'too far in the future'],
    ['an expired one', { seconds: -120 }, 'expires'],
    ['one of another App', { issuer: '1' }, 'Issuer'],
  ])('refuses %s', async (_case, claims, words) => {
    const answer = await harness.call('GET', '/app', { token: await harness.appJwt(claims) });
    expect(answer.status).toBe(401);
    expect((answer.json as { message: string }).message).toContain(words);
  });

  it('answers 501 to routes and hosts that it does not know', async () => {
    expect(await harness.call('GET', '/repos/acme/app/traffic/views', { token })).toMatchObject({
      status: 501,
      json: { status: '501' },
    });
    expect((await harness.call('POST', '/nothing-there', { token, host: 'api.githubcopilot.com' })).status).toBe(501);
  });

  it('issues tokens of about 520 characters and tells of them by their hash only', async () => {
    expect(token).toMatch(/^ghs_\d+_eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(token.length).toBe(520);
    const tokens = await harness.control('GET', '/tokens');
    expect(JSON.stringify(tokens)).not.toContain(token.slice(0, 60));
  });
});
