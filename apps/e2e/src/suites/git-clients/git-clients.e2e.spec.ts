import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { said, execute } from '../../harness/execute.js';
import { Stack, calls } from '../../harness/stack.js';

const APP = 'https://github.com/acme/app.git';

describe('stock git through the agent', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'sam');
    const cloned = await stack.git('alice', ['clone', APP, stack.workFile('app')]);
    expect(said(cloned)).toBe('ok');
    await execute(['git', '-C', stack.workFile('app'), 'config', 'user.email', 'alice@example.test']);
    await execute(['git', '-C', stack.workFile('app'), 'config', 'user.name', 'alice']);
  }, 180_000);
  afterAll(() => stack.stop());

  const inApp = (script: string, flags?: string[]) =>
    stack.script('alice', script, { cwd: stack.workFile('app'), ...(flags ? { flags } : {}) });
  const head = async (): Promise<string> =>
    (await execute(['git', 'rev-parse', 'HEAD'], { cwd: stack.workFile('app') })).stdout.trim();

  it('pushes a commit to a topic branch, and records who, what and why', async () => {
    const ran = await inApp(
      'git checkout -q -b topic/one && echo one > one.txt && git add . && git commit -qm one && git push origin topic/one',
    );
    expect(said(ran)).toBe('ok');
    expect((await stack.refs('acme/app'))['refs/heads/topic/one']).toBe(await head());

    const id = await head();
    const events = await stack.events((all) =>
      all.some(({ phase, push }) => phase === 'outcome' && push?.[0]?.new === id),
    );
    const [attempt, outcome] = calls(events).filter(({ push }) => push?.[0]?.new === id);
    expect(attempt).toMatchObject({
      phase: 'attempt',
      human: { login: 'alice' },
      ai: { tool: 'copilot' },
      target: { repo: 'acme/app' },
    });
    expect(outcome).toMatchObject({
      phase: 'outcome',
      outcome: 'success',
      correlation_id: attempt?.correlation_id,
      push: [
        { ref: 'refs/heads/topic/one', old: '0'.repeat(40), new: id, kind: 'create', result: 'ok', paths: ['one.txt'] },
      ],
      decision: { effect: 'allow' },
      lease: { permissions: { contents: 'write' }, repositories: ['acme/app'] },
    });
    expect(outcome?.decision?.policy_version).toMatch(/^sha256:/);
    expect(outcome?.session_id).toBeTruthy();
  });

  it('fetches what somebody else pushed', async () => {
    const other = await stack.script(
      'alice',
      `git clone -q ${APP} other && cd other && git config user.email a@b && git config user.name a && git checkout -q -b topic/two && git commit -q --allow-empty -m two && git push -q origin topic/two`,
      { cwd: stack.dir },
    );
    expect(said(other)).toBe('ok');
    const ran = await inApp('git fetch -q origin && git rev-parse --verify origin/topic/two');
    expect(said(ran)).toBe('ok');
  });

  it('pushes, moves on and refuses tags as git does', async () => {
    const ran = await inApp('git tag v1 && git tag -a v2 -m annotated && git push origin v1 v2');
    expect(said(ran)).toBe('ok');
    expect(Object.keys(await stack.refs('acme/app'))).toEqual(expect.arrayContaining(['refs/tags/v1', 'refs/tags/v2']));
  });

  it('forces and deletes where policy lets it: below wip/', async () => {
    const forced = await inApp(
      'git checkout -q -b wip/x && git commit -q --allow-empty -m a && git push -q origin wip/x && git commit -q --amend --allow-empty -m b && git push --force origin wip/x',
    );
    expect(said(forced)).toBe('ok');
    expect((await stack.refs('acme/app'))['refs/heads/wip/x']).toBe(await head());
    const deleted = await inApp('git push origin --delete wip/x');
    expect(said(deleted)).toBe('ok');
    expect(await stack.refs('acme/app')).not.toHaveProperty('refs/heads/wip/x');
  });

  it('clones shallow, and pushes from there', async () => {
    const ran = await stack.script(
      'alice',
      `git clone -q --depth 1 ${APP} shallow && cd shallow && git config user.email a@b && git config user.name a && git checkout -q -b topic/shallow && echo s > s.txt && git add . && git commit -qm s && git push -q origin topic/shallow`,
      { cwd: stack.dir },
    );
    expect(said(ran)).toBe('ok');
    expect(await stack.refs('acme/app')).toHaveProperty('refs/heads/topic/shallow');
  });

  it('pushes many refs at once', async () => {
    const ran = await inApp(
      'git checkout -q topic/one && for i in $(seq 1 1500); do echo "create refs/heads/many/$i HEAD"; done | git update-ref --stdin && git push -q origin "refs/heads/many/*"',
    );
    expect(said(ran)).toBe('ok');
    const refs = Object.keys(await stack.refs('acme/app')).filter((ref) => ref.startsWith('refs/heads/many/'));
    expect(refs).toHaveLength(1500);
  });

  it('pushes 100 MB of new content, unchanged', async () => {
    await execute(['git', 'checkout', '-q', '-B', 'topic/big', 'topic/one'], { cwd: stack.workFile('app') });
    for (let part = 0; part < 5; part += 1)
      await writeFile(`${stack.workFile('app')}/big-${part}.bin`, randomBytes(20_000_000));
    const ran = await inApp('git add . && git commit -qm big && git push origin topic/big', undefined);
    expect(said(ran)).toBe('ok');
    const fresh = await stack.script(
      'alice',
      `git clone -q -b topic/big ${APP} big && cd big && git fsck --no-progress && git rev-parse HEAD`,
      { cwd: stack.dir },
    );
    expect(fresh.stdout.trim()).toBe(await head());
  }, 180_000);

  it('has an outcome for each attempt, and whole chains', async () => {
    const ran = await stack.holdshort('sam', ['audit', 'verify']);
    expect(said(ran)).toBe('ok');
  });
});
