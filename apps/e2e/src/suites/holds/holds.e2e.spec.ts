import { setTimeout as delay } from 'node:timers/promises';
import { said, execute, type Ran } from '../../harness/execute.js';
import { Stack, calls } from '../../harness/stack.js';

const APP = 'https://github.com/acme/app.git';

interface Approval {
  id: string;
  state: string;
  refs: { ref: string }[];
}

describe('a held push', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'bob', 'sam', 'sue', 'carol');
    await stack.git('alice', ['clone', APP, stack.workFile('app')]);
    await execute(['git', '-C', stack.workFile('app'), 'config', 'user.email', 'alice@example.test']);
    await execute(['git', '-C', stack.workFile('app'), 'config', 'user.name', 'alice']);
  }, 180_000);
  afterAll(() => stack.stop());

  const pushWorkflow = (branch: string): Promise<Ran> =>
    stack.script(
      'alice',
      `git checkout -q -B ${branch} origin/main && mkdir -p .github/workflows && echo "# ${branch}" >> .github/workflows/${branch.replaceAll('/', '-')}.yml && git add . && git commit -qm "${branch}" && git push origin ${branch}`,
      { cwd: stack.workFile('app') },
    );

  const pendingFor = async (branch: string): Promise<Approval> => {
    for (let tries = 0; tries < 150; tries += 1) {
      const ran = await stack.holdshort('sam', ['approval', 'list', '--json']);
      const parsed = JSON.parse(ran.stdout) as { items: Approval[] } | Approval[];
      const found = (Array.isArray(parsed) ? parsed : parsed.items).find(({ refs }) =>
        refs.some(({ ref }) => ref.endsWith(branch)),
      );
      if (found) return found;
      await delay(100);
    }
    throw new Error(`no pending approval for ${branch}`);
  };

  it('waits with progress, and completes when a second person approves', async () => {
    const push = pushWorkflow('topic/approved');
    const approval = await pendingFor('topic/approved');
    expect(await stack.refs('acme/app')).not.toHaveProperty('refs/heads/topic/approved');
    await delay(1500);
    const approved = await stack.holdshort('sam', ['approval', 'approve', approval.id]);
    expect(said(approved)).toBe('ok');
    const ran = await push;
    expect(said(ran)).toBe('ok');
    expect(ran.text).toMatch(/remote: holdshort: waiting for 1 of group security: http/);
    expect(await stack.refs('acme/app')).toHaveProperty('refs/heads/topic/approved');

    const events = await stack.events((all) =>
      all.some(({ outcome, approval: used }) => outcome === 'success' && used?.id === approval.id),
    );
    const outcome = calls(events).find(({ approval: used, phase }) => phase === 'outcome' && used?.id === approval.id);
    expect(outcome).toMatchObject({
      approval: { approvers: ['sam'] },
      decision: { effect: 'allow' },
      outcome: 'success',
    });
  });

  it('ends with the approver’s reason when it is refused', async () => {
    const push = pushWorkflow('topic/rejected');
    const approval = await pendingFor('topic/rejected');
    expect((await stack.holdshort('sue', ['approval', 'reject', approval.id])).code).not.toBe(0);
    expect(
      said(await stack.holdshort('sue', ['approval', 'reject', approval.id, '--reason', 'pin the action first'])),
    ).toBe('ok');
    const ran = await push;
    expect(ran.code).toBe(1);
    expect(ran.text).toMatch(/! \[remote rejected\] topic\/rejected -> topic\/rejected \(.*pin the action first/);
    expect(await stack.refs('acme/app')).not.toHaveProperty('refs/heads/topic/rejected');
  });

  it.each(['alice', 'bob', 'carol'])(
    'cannot be approved by %s: owner, not of the group, not even an admin',
    async (login) => {
      const branch = `topic/by-${login}`;
      const push = pushWorkflow(branch);
      const approval = await pendingFor(branch);
      const tried = await stack.holdshort(login, ['approval', 'approve', approval.id]);
      expect(tried.code).toBe(1);
      await stack.holdshort('sam', ['approval', 'reject', approval.id, '--reason', 'end of the test']);
      expect((await push).code).toBe(1);
    },
  );

  it('opens exactly one push: another commit is held again, and so is the same one a second time', async () => {
    const push = pushWorkflow('topic/once');
    const approval = await pendingFor('topic/once');
    await stack.holdshort('sam', ['approval', 'approve', approval.id]);
    expect(said(await push)).toBe('ok');
    const second = pushWorkflow('topic/once-more');
    const other = await pendingFor('topic/once-more');
    expect(other.id).not.toBe(approval.id);
    await stack.holdshort('sam', ['approval', 'reject', other.id, '--reason', 'end of the test']);
    expect((await second).code).toBe(1);
  });

  it('approved while nobody waits: pushing the same again in the session goes straight through', async () => {
    const go = stack.workFile('go');
    const script = [
      'git checkout -q -B topic/later origin/main && mkdir -p .github/workflows && echo "# later" > .github/workflows/later.yml',
      'git add . && git commit -qm later',
      '(timeout -s KILL 3 git push origin topic/later || true)',
      `while ! test -e ${go}; do sleep 0.1; done`,
      'git push origin topic/later',
    ].join('\n');
    const push = stack.script('alice', script, { cwd: stack.workFile('app') });
    const approval = await pendingFor('topic/later');
    await delay(3500);
    expect(said(await stack.holdshort('sam', ['approval', 'approve', approval.id]))).toBe('ok');
    await stack.write('go', 'go');
    const ran = await push;
    expect(said(ran)).toBe('ok');
    expect(await stack.refs('acme/app')).toHaveProperty('refs/heads/topic/later');
  });
});
