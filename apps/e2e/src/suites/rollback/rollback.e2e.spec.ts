import { setTimeout as delay } from 'node:timers/promises';
import { execute, said, type Ran } from '../../harness/execute.js';
import { Stack, type StoredEvent } from '../../harness/stack.js';

const APP = 'https://github.com/acme/app.git';
const API = 'https://api.github.com/repos/acme/app';
const hasGh = (await execute(['sh', '-c', 'command -v gh'])).code === 0;
const PREPARED = ['a', 'b', 'forced', 'gone', 'gone-api', 'base', 'file', 'graph', 'tool', 'moved', 'shared', 'clash'];

interface Planned {
  session_id: string;
  undoes: string;
  effects: { what: string; operation: string; step?: number; kept?: string }[];
  steps: { n: number; action: string; ref?: string; number?: number; branch?: string; others: string[] }[];
  results?: { n: number; done: boolean; why?: string; pull?: number }[];
}

interface OpenSession {
  session_id: string;
  variables: Record<string, string>;
  unset: string[];
}

const curl = (method: string, path: string, body?: object): string =>
  `curl -sS --fail-with-body -X ${method} ${API}${path}${body ? ` -d '${JSON.stringify(body)}'` : ''}`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const graphql = (query: string, variables: object): string =>
  `curl -sS --fail https://api.github.com/graphql -d '${JSON.stringify({ query, variables })}'`;
const tool = (name: string, args: object): string =>
  `curl -sS --fail -H "Authorization: Bearer $GH_TOKEN" -H "Content-Type: application/json" $HOLDSHORT_AGENT_ENDPOINT/mcp -d '${JSON.stringify(
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: { owner: 'acme', repo: 'app', ...args } },
    },
  )}'`;
const commit = (branch: string, file: string, text: string): string =>
  `git checkout -q -B wip/${branch} origin/wip/${branch} && echo "${text}" > ${file} && git add . && git commit -qm "${branch}: ${text}"`;

describe('holdshort session rollback', () => {
  let stack: Stack;
  let before: Record<string, string>;
  let worked: OpenSession;
  let merged: number;
  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'bob', 'sam', 'carol');
    await prepare();
    before = await branches();
    worked = await open('alice');
    await work();
    expect(said(await stack.holdshort('alice', ['session', 'kill', worked.session_id]))).toBe('ok');
    expect(
      said(
        await inClone(
          'bob',
          `git fetch -q && ${commit('shared', 'bob.txt', 'of bob')} && git push -q origin wip/shared
           ${commit('clash', 'clash.txt', 'of bob')} && git push -q origin wip/clash`,
        ),
      ),
    ).toBe('ok');
  }, 300_000);
  afterAll(() => stack.stop());

  /** Branches, without those that GitHub keeps for pull requests. */
  const branches = async (): Promise<Record<string, string>> =>
    Object.fromEntries(Object.entries(await stack.refs('acme/app')).filter(([ref]) => ref.startsWith('refs/heads/')));

  const inClone = (login: string, script: string): Promise<Ran> =>
    stack.script(login, script, { cwd: stack.workFile(login), flags: ['--human'] });

  /** What was there before: branches of bob, and his pull request. */
  async function prepare(): Promise<void> {
    for (const login of ['alice', 'bob'])
      expect(
        said(
          await stack.script(
            login,
            `git clone -q ${APP} ${login} && cd ${login} && git config user.email ${login}@example.test && git config user.name ${login}`,
            { cwd: stack.dir, flags: ['--human'] },
          ),
        ),
      ).toBe('ok');
    const made = await inClone(
      'bob',
      `echo one > clash.txt && git add . && git commit -qm clash
       git push -q origin ${PREPARED.map((name) => `HEAD:refs/heads/wip/${name}`).join(' ')}
       git checkout -q -b wip/feature && echo feature > feature.txt && git add . && git commit -qm feature && git push -q origin wip/feature
       ${curl('POST', '/pulls', { title: 'feature', head: 'wip/feature', base: 'wip/base' })}`,
    );
    expect(said(made)).toBe('ok');
    merged = Number(/"number": ?(\d+)/.exec(made.stdout)?.[1]);
    expect(said(await inClone('alice', 'git fetch -q'))).toBe('ok');
  }

  async function open(login: string): Promise<OpenSession> {
    const ran = await stack.holdshort(login, ['env', '--assistant', 'copilot', '--json']);
    expect(said(ran)).toBe('ok');
    return JSON.parse(ran.stdout) as OpenSession;
  }

  const inSession = ({ variables, unset }: OpenSession, script: string): Promise<Ran> => {
    const env = { ...Object.fromEntries(unset.map((name) => [name, undefined])), ...variables, HOME: stack.dir };
    return execute(['bash', '-euo', 'pipefail', '-c', script], { cwd: stack.workFile('alice'), env });
  };

  /** All that the assistant does in its one session. */
  async function work(): Promise<void> {
    const pushes = [
      `${commit('a', 'a.txt', 'A')} && git push -q origin wip/a`,
      `${commit('b', 'b.txt', 'B1')} && git push -q origin wip/b && echo B2 > b.txt && git commit -qam B2 && git push -q origin wip/b`,
      'git checkout -q -B wip/forced origin/wip/forced && git commit -q --amend -m rewritten && git push -q --force origin wip/forced',
      'git push -q origin :wip/gone',
      'git checkout -q -b wip/new origin/main && echo new > new.txt && git add . && git commit -qm new && git push -q origin wip/new',
      `${commit('shared', 'shared.txt', 'of the assistant')} && git push -q origin wip/shared`,
      `${commit('clash', 'clash.txt', 'of the assistant')} && git push -q origin wip/clash`,
    ];
    expect(said(await inSession(worked, pushes.join('\n')))).toBe('ok');
    const calls = [
      curl('DELETE', '/git/refs/heads/wip/gone-api'),
      curl('PATCH', '/git/refs/heads/wip/moved', { sha: (await branches())['refs/heads/wip/a'] }),
      curl('PUT', '/contents/file.txt', { message: 'file', content: base64('file'), branch: 'wip/file' }),
      graphql(
        'mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { clientMutationId } }',
        {
          input: {
            branch: { repositoryNameWithOwner: 'acme/app', branchName: 'wip/graph' },
            message: { headline: 'graph' },
            expectedHeadOid: before['refs/heads/wip/graph'],
            fileChanges: { additions: [{ path: 'graph.txt', contents: base64('graph') }] },
          },
        },
      ),
      tool('push_files', { branch: 'wip/tool', message: 'tool', files: [{ path: 'tool.txt', content: 'tool' }] }),
      hasGh
        ? 'gh pr create --title new --body text --head wip/new --base main'
        : curl('POST', '/pulls', { title: 'new', head: 'wip/new', base: 'main' }),
      curl('POST', '/issues', { title: 'an issue of the assistant' }),
      curl('POST', `/issues/${String(merged)}/comments`, { body: 'a comment of the assistant' }),
    ];
    expect(said(await inSession(worked, calls.join('\n')))).toBe('ok');
    const merging = inSession(worked, curl('PUT', `/pulls/${String(merged)}/merge`, {}));
    await approveNext('bob');
    expect(said(await merging)).toBe('ok');
  }

  async function approveNext(login: string): Promise<void> {
    for (let tries = 0; tries < 150; tries += 1) {
      const { stdout } = await stack.holdshort(login, ['approval', 'list', '--json']);
      const [found] = JSON.parse(stdout) as { id: string }[];
      if (found) {
        const ran = await stack.holdshort(login, ['approval', 'approve', found.id, '--reason', 'read it']);
        expect(said(ran)).toBe('ok');
        return;
      }
      await delay(100);
    }
    throw new Error('nothing waits for approval');
  }

  const rollBack = async (login: string, id: string, ...flags: string[]): Promise<{ ran: Ran; plan: Planned }> => {
    const ran = await stack.holdshort(login, ['session', 'rollback', id, '--json', ...flags]);
    return { ran, plan: JSON.parse(ran.stdout === '' ? '{}' : ran.stdout) as Planned };
  };

  const get = async (path: string): Promise<Record<string, unknown>> => {
    const ran = await stack.run('bob', ['curl', '-sS', `${API}${path}`]);
    return JSON.parse(ran.stdout) as Record<string, unknown>;
  };

  let planned: Planned;

  it('shows a plan of every effect, and does nothing', async () => {
    const now = await stack.refs('acme/app');
    const { ran, plan } = await rollBack('alice', worked.session_id, '--plan');
    expect(said(ran)).toBe('ok');
    planned = plan;
    expect(await stack.refs('acme/app')).toEqual(now);
    expect(plan.undoes).toBe(worked.session_id);
    const step = (ref: string) => plan.steps.find((one) => one.ref === `refs/heads/wip/${ref}`);
    for (const name of ['a', 'b', 'forced', 'base', 'file', 'graph', 'tool', 'moved'])
      expect([name, step(name)?.action]).toEqual([name, 'restore_ref']);
    for (const name of ['gone', 'gone-api']) expect([name, step(name)?.action]).toEqual([name, 'recreate_ref']);
    expect(step('new')?.action).toBe('delete_ref');
    expect(step('shared')).toMatchObject({ action: 'revert_by_pull', others: ['1 commit by bob'] });
    expect(plan.steps.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['close_pull', 'close_issue', 'delete_comment']),
    );
    expect(plan.steps).toHaveLength(15);
    const kept = plan.effects.filter((effect) => effect.kept !== undefined);
    expect(kept).toEqual([
      expect.objectContaining({
        what: expect.stringMatching(/^wip\/clash: /) as string,
        kept: 'others changed the same places since, so it is reverted by hand: clash.txt',
      }),
    ]);
    expect(plan.effects).toHaveLength(17);
  }, 120_000);

  it('is told in words as well', async () => {
    const { stdout } = await stack.holdshort('alice', ['session', 'rollback', worked.session_id, '--plan']);
    expect(stdout).toContain(`What session ${worked.session_id} did:`);
    expect(stdout).toMatch(/wip\/gone: [0-9a-f]{12} -> nothing .* step \d+/);
    expect(stdout).toMatch(/acme\/app: wip\/forced goes back from [0-9a-f]{12} to [0-9a-f]{12}/);
  }, 120_000);

  it('is asked for by whoever worked, of a session that has ended', async () => {
    const other = await rollBack('bob', worked.session_id, '--plan');
    expect([other.ran.code, other.ran.stderr]).toEqual([1, expect.stringContaining('There is no such session.')]);
    const live = await open('alice');
    const early = await rollBack('alice', live.session_id, '--yes');
    expect([early.ran.code, early.ran.stderr]).toEqual([1, expect.stringContaining('has not ended')]);
    expect(early.ran.stderr).toContain(`holdshort session kill ${live.session_id}`);
    await stack.holdshort('alice', ['session', 'kill', live.session_id]);
    const silent = await rollBack('alice', worked.session_id);
    expect([silent.ran.code, silent.ran.stderr]).toEqual([1, expect.stringContaining('Nobody can be asked')]);
  }, 120_000);

  it('does what was planned: refs and trees are those of before, the work of others stands', async () => {
    const shared = (await branches())['refs/heads/wip/shared'];
    const { ran, plan } = await rollBack('alice', worked.session_id, '--yes');
    expect(said(ran)).toBe('ok');
    expect(plan.steps).toEqual(planned.steps);
    expect(plan.effects).toEqual(planned.effects);
    expect(plan.results?.map(({ n, done }) => [n, done])).toEqual(planned.steps.map(({ n }) => [n, true]));

    const revert = `refs/heads/holdshort/rollback/${worked.session_id}/wip/shared`;
    const after = await branches();
    const { 'refs/heads/wip/clash': clash, [revert]: reverting, ...rest } = after;
    const { 'refs/heads/wip/clash': clashBefore, ...wanted } = before;
    expect(rest).toEqual({ ...wanted, 'refs/heads/wip/shared': shared });
    expect(clash).not.toBe(clashBefore);

    const looked = await inClone(
      'bob',
      `git fetch -q && git rev-parse ${reverting ?? ''}^ && git ls-tree --name-only ${reverting ?? ''} && git show ${reverting ?? ''}:bob.txt`,
    );
    expect(said(looked)).toBe('ok');
    expect(looked.stdout.split('\n')[0]).toBe(shared);
    expect(looked.stdout).toContain('of bob');
    expect(looked.stdout).not.toContain('shared.txt');
    const pull = await get(`/pulls/${String(plan.results?.find((result) => result.pull !== undefined)?.pull)}`);
    expect(pull).toMatchObject({ state: 'open', merged: false, base: { ref: 'wip/shared' } });

    const number = (action: string): string => String(plan.steps.find((step) => step.action === action)?.number);
    expect(await get(`/pulls/${number('close_pull')}`)).toMatchObject({ state: 'closed', merged: false, title: 'new' });
    expect(await get(`/issues/${number('close_issue')}`)).toMatchObject({ state: 'closed' });
    expect(await get(`/issues/${String(merged)}/comments`)).toEqual([]);
  }, 180_000);

  it('is a session of its own that names the one it undoes, with every call in the trail', async () => {
    const events = await stack.events((all) => all.some(({ detail }) => detail?.['undoes'] === worked.session_id));
    const opened = events.filter(({ detail }) => detail?.['undoes'] === worked.session_id);
    expect(opened.map(({ type, human }) => [type, human?.login])).toEqual(
      expect.arrayContaining([['session.opened', 'alice']]),
    );
    const last = opened.at(-1)?.session_id ?? '';
    const writes = events.filter(({ session_id, phase }) => session_id === last && phase === 'outcome');
    expect(new Set(writes.map(({ request }) => request?.operation))).toEqual(
      new Set([
        'mutation/updateRefs',
        'git/receive-pack',
        'pulls/create',
        'pulls/update',
        'issues/update',
        'issues/delete-comment',
      ]),
    );
    const { stdout } = await stack.holdshort('alice', ['session', 'show', last, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ undoes: worked.session_id, is_human: true });
  }, 60_000);

  it('records what each call by the API did, with the ids of before and after', async () => {
    const events = (await stack.events(() => true)) as (StoredEvent & { effects?: object[] })[];
    const effectsOf = (operation: string) =>
      events.find(
        ({ session_id, phase, request }) =>
          session_id === worked.session_id && phase === 'outcome' && request?.operation === operation,
      )?.effects;
    const id = expect.stringMatching(/^[0-9a-f]{40}$/) as string;
    expect(effectsOf('repos/create-or-update-file-contents')).toEqual([
      { kind: 'ref', action: 'update', ref: 'refs/heads/wip/file', old: before['refs/heads/wip/file'], new: id },
    ]);
    expect(effectsOf('git/delete-ref')).toEqual([
      {
        ...{ kind: 'ref', action: 'delete', ref: 'refs/heads/wip/gone-api' },
        ...{ old: before['refs/heads/wip/gone-api'], new: '0'.repeat(40) },
      },
    ]);
    expect(effectsOf('git/update-ref')).toEqual([
      { kind: 'ref', action: 'update', ref: 'refs/heads/wip/moved', old: before['refs/heads/wip/moved'], new: id },
    ]);
    expect(effectsOf('mutation/createCommitOnBranch')).toEqual([
      { kind: 'ref', action: 'update', ref: 'refs/heads/wip/graph', old: before['refs/heads/wip/graph'] },
    ]);
    expect(effectsOf('tool/push_files')).toEqual([
      { kind: 'ref', action: 'update', ref: 'refs/heads/wip/tool', new: id },
    ]);
    expect(effectsOf('pulls/merge')).toEqual([{ kind: 'pull', action: 'merge', number: merged, new: id }]);
  }, 60_000);

  it('finds nothing left the second time', async () => {
    const { ran, plan } = await rollBack('alice', worked.session_id, '--yes');
    expect(said(ran)).toBe('ok');
    expect(plan.steps).toEqual([]);
    expect(plan.effects.every(({ kept }) => kept !== undefined)).toBe(true);
  }, 120_000);

  it('is under the policy: what it refuses is not done and exits with 1; a revert is proposed where that is wanted', async () => {
    const prepared = await inClone('bob', 'git push -q origin origin/main:refs/heads/topic/fix');
    expect(said(prepared)).toBe('ok');
    const session = await open('alice');
    const pushed = await inSession(
      session,
      'git fetch -q && git checkout -q -b topic/fix origin/topic/fix && echo fix > fix.txt && git add . && git commit -qm fix && git push -q origin topic/fix',
    );
    expect(said(pushed)).toBe('ok');
    await stack.holdshort('alice', ['session', 'kill', session.session_id]);
    const fix = (await branches())['refs/heads/topic/fix'];
    const refused = await rollBack('alice', session.session_id, '--yes');
    expect(refused.ran.code).toBe(1);
    expect(refused.ran.stderr).toContain(`1 of 1 steps to undo ${session.session_id} were not done.`);
    expect(refused.plan.steps).toMatchObject([{ action: 'restore_ref', ref: 'refs/heads/topic/fix' }]);
    const why = expect.stringContaining('Refs may be force-pushed or deleted under refs/heads/wip/ only.') as string;
    expect(refused.plan.results).toEqual([{ n: 1, done: false, why }]);

    const reverted = await rollBack('alice', session.session_id, '--yes', '--revert');
    expect(said(reverted.ran)).toBe('ok');
    expect(reverted.plan.results).toEqual([{ n: 1, done: true, pull: expect.any(Number) as number }]);
    expect((await branches())['refs/heads/topic/fix']).toBe(fix);
  }, 120_000);

  it('proposes a revert to the default branch, which is never moved back; what policy holds waits for people', async () => {
    const main = (await branches())['refs/heads/main'];
    const pushing = stack.script(
      'alice',
      'git checkout -q -B main origin/main && echo "on: push" > .github/workflows/oops.yml && git add . && git commit -qm oops && git push -q origin main && echo $HOLDSHORT_SESSION_ID',
      { cwd: stack.workFile('alice'), flags: ['--human'] },
    );
    await approveNext('sam');
    const pushed = await pushing;
    expect(said(pushed)).toBe('ok');
    const rolling = rollBack('alice', pushed.stdout.trim(), '--yes');
    await approveNext('sam');
    const { ran, plan } = await rolling;
    expect(said(ran)).toBe('ok');
    expect(ran.stderr).toMatch(/^waiting for 1 of group security: http/m);
    expect(plan.steps).toMatchObject([{ action: 'revert_by_pull', ref: 'refs/heads/main', others: [] }]);
    const after = await branches();
    const revert = after[`refs/heads/holdshort/rollback/${plan.undoes}/main`] ?? '';
    const looked = await inClone('bob', `git fetch -q && git rev-parse ${revert}^{tree} ${main ?? ''}^{tree}`);
    const [tree, treeBefore] = looked.stdout.trim().split('\n');
    expect(tree).toBe(treeBefore);
    expect(after['refs/heads/main']).not.toBe(main);
  }, 120_000);
});
