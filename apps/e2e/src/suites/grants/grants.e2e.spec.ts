import { access, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { said, execute, type Ran } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';

const APP = 'https://github.com/acme/app.git';

interface Approval {
  id: string;
  refs: { ref: string }[];
}

interface Grant {
  id: string;
  session_id: string;
  expires_at: string;
  revoked_by: string | null;
  uses: number;
}

/** One session of alice for the whole suite: runs the scripts that the test hands it, one after the other. */
const RUN_STEPS = `echo "$HOLDSHORT_SESSION_ID" > session.new && mv session.new session
for (( n = 1; ; n++ )); do
  until test -e "step-$n"; do test -e stop && exit 0; sleep 0.05; done
  code=0
  bash -euo pipefail "step-$n" > "text-$n" 2>&1 || code=$?
  echo "$code" > "code-$n.new" && mv "code-$n.new" "code-$n"
done`;

describe('a grant', () => {
  let stack: Stack;
  let session: Promise<Ran>;
  let sessionId: string;
  let steps = 0;

  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'sam', 'sue', 'carol');
    await stack.git('alice', ['clone', APP, stack.workFile('app')]);
    await execute(['git', '-C', stack.workFile('app'), 'config', 'user.email', 'alice@example.test']);
    await execute(['git', '-C', stack.workFile('app'), 'config', 'user.name', 'alice']);
    session = stack.script('alice', RUN_STEPS, { cwd: stack.dir, timeoutMs: 600_000 });
    sessionId = (await textOf('session')).trim();
  }, 180_000);
  afterAll(async () => {
    await stack.write('stop', '');
    await session;
    await stack.stop();
  });

  async function textOf(name: string): Promise<string> {
    for (let tries = 0; tries < 1200; tries += 1) {
      const isThere = await access(stack.workFile(name)).then(
        () => true,
        () => false,
      );
      if (isThere) return readFile(stack.workFile(name), 'utf8');
      await delay(50);
    }
    throw new Error(`${name} did not come`);
  }

  async function inSession(script: string): Promise<{ code: number; text: string }> {
    const n = String(++steps);
    await stack.write(`new-${n}`, script);
    await execute(['mv', stack.workFile(`new-${n}`), stack.workFile(`step-${n}`)]);
    const code = Number(await textOf(`code-${n}`));
    return { code, text: await textOf(`text-${n}`) };
  }

  /** A workflow change, which the policy in force holds for one of security. */
  const pushWorkflow = (branch: string) =>
    inSession(
      `cd app && git checkout -q -B ${branch} origin/main && mkdir -p .github/workflows && echo "# ${String(steps)}" >> .github/workflows/grant.yml && git add . && git commit -qm "${branch} ${String(steps)}" && git push origin ${branch}`,
    );

  const json = async <T>(login: string, args: string[]): Promise<T> => {
    const ran = await stack.holdshort(login, [...args, '--json']);
    expect(said(ran)).toBe('ok');
    return JSON.parse(ran.stdout) as T;
  };

  const give = (login: string, changes: string[] = ['--for', '2h']): Promise<Ran> =>
    stack.holdshort(login, [
      ...['approval', 'grant', '--session', sessionId, '--repo', 'acme/app', '--ref', 'release/*'],
      ...['--gate', 'workflow-change', '--reason', 'release day', ...changes, '--json'],
    ]);

  const granted = async (login: string, changes?: string[]): Promise<Grant> => {
    const ran = await give(login, changes);
    expect(said(ran)).toBe('ok');
    return JSON.parse(ran.stdout) as Grant;
  };

  /** The push must be held; it is refused by sam then, so that it ends. */
  async function expectHeld(branch: string): Promise<void> {
    const pushing = pushWorkflow(branch);
    const approval = await pendingFor(branch);
    const reason = `held on purpose: ${branch}`;
    expect(said(await stack.holdshort('sam', ['approval', 'reject', approval.id, '--reason', reason]))).toBe('ok');
    const { code, text } = await pushing;
    expect(code).toBe(1);
    expect(text).toMatch(/remote: holdshort: waiting for 1 of group security/);
    expect(text).toContain(reason);
    expect(await stack.refs('acme/app')).not.toHaveProperty(`refs/heads/${branch}`);
  }

  async function pendingFor(branch: string): Promise<Approval> {
    for (let tries = 0; tries < 150; tries += 1) {
      const all = await json<Approval[]>('sam', ['approval', 'list']);
      const found = all.find(({ refs }) => refs.some(({ ref }) => ref === `refs/heads/${branch}`));
      if (found) return found;
      await delay(100);
    }
    throw new Error(`no pending approval for ${branch}`);
  }

  it('is not given by the session’s own engineer, nor for longer than a working day', async () => {
    expect(await give('alice')).toMatchObject({
      code: 1,
      text: expect.stringContaining('someone else must') as string,
    });
    expect(await give('sam', ['--for', '9h'])).toMatchObject({
      code: 1,
      text: expect.stringContaining('A grant lasts at most 8 hours here.') as string,
    });
    await expectHeld('release/none');
  });

  it('lets pushes to its refs through at once while it lasts, and none to others; held again when taken back', async () => {
    const grant = await granted('sam');
    for (const branch of ['release/1', 'release/2']) {
      const { code, text } = await pushWorkflow(branch);
      expect({ code, text }).toMatchObject({ code: 0, text: expect.not.stringContaining('waiting for') as string });
      expect(await stack.refs('acme/app')).toHaveProperty(`refs/heads/${branch}`);
    }
    await expectHeld('topic/elsewhere');
    await expectHeld('release/deep/er');
    const [listed] = await json<Grant[]>('alice', ['approval', 'grants']);
    expect(listed).toMatchObject({ id: grant.id, session_id: sessionId, uses: 2 });

    expect(said(await stack.holdshort('sam', ['approval', 'revoke', grant.id]))).toBe('ok');
    await expectHeld('release/3');
    expect(await json<Grant[]>('alice', ['approval', 'grants'])).toEqual([]);
    const all = await json<Grant[]>('alice', ['approval', 'grants', '--all']);
    expect(all).toEqual([expect.objectContaining({ id: grant.id, revoked_by: 'sam' })]);

    const types = ['grant.given', 'grant.used', 'grant.used', 'grant.revoked'];
    const mine = (events: { type: string; approval?: { id: string } }[]) =>
      events.filter(({ type, approval }) => type.startsWith('grant.') && approval?.id === grant.id);
    const events = mine(await stack.events((seen) => mine(seen).length >= types.length));
    expect(events.map(({ type }) => type)).toEqual(types);
  });

  it('ends by itself', async () => {
    const grant = await granted('sue', ['--for', '60s']);
    expect((await pushWorkflow('release/4')).code).toBe(0);
    await delay(Date.parse(grant.expires_at) - Date.now() + 500);
    await expectHeld('release/5');
  }, 120_000);

  it('does not open what policy forbids', async () => {
    const grant = await granted('sam', [
      '--ref',
      '**',
      '--for',
      '5m',
      '--action',
      'ref.update',
      'ref.delete',
      'ref.force',
    ]);
    const { code, text } = await inSession(
      'cd app && git checkout -q --detach origin/main && git commit -q --allow-empty -m no && git push origin HEAD:main',
    );
    expect({ code, text }).toMatchObject({ code: 1, text: expect.stringContaining('remote rejected') as string });
    expect((await inSession('cd app && git push origin :release/1')).code).toBe(1);
    expect(await stack.refs('acme/app')).toHaveProperty('refs/heads/release/1');
    const [listed] = await json<Grant[]>('carol', ['approval', 'grants']);
    expect(listed).toMatchObject({ id: grant.id, uses: 0 });
  });
});
