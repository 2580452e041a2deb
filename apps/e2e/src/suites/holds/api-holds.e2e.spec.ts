import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { said, type Ran } from '../../harness/execute.js';
import { Stack, calls } from '../../harness/stack.js';

/** Long enough for an approval by the command line on a loaded machine, short enough to wait for. */
const HOLD_SECONDS = 8;
const WORKFLOW = '.github/workflows/held.yml';
const CONTENT = Buffer.from('on: push\n').toString('base64');
const repeatTool = fileURLToPath(new URL('repeat-tool.mjs', import.meta.url));

interface Approval {
  id: string;
  surface: string;
  operation: string;
  digest: string;
}

const restCall = (branch: string, content = CONTENT): string =>
  `gh api -X PUT repos/acme/app/contents/${WORKFLOW} -f message=held -f content=${content} -f branch=${branch}`;

const graphqlCall = (branch: string, oid: string): string => {
  const input = {
    branch: { repositoryNameWithOwner: 'acme/app', branchName: branch },
    message: { headline: 'held' },
    expectedHeadOid: oid,
    fileChanges: { additions: [{ path: WORKFLOW, contents: CONTENT }] },
  };
  const query =
    'mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }';
  return `gh api graphql --input <(echo '${JSON.stringify({ query, variables: { input } })}')`;
};

describe('a held API call', () => {
  let stack: Stack;
  let main: string;
  let number = 0;
  beforeAll(async () => {
    stack = await Stack.start({ env: { HOLDSHORT_AGENT_API_HOLD_SECONDS: String(HOLD_SECONDS) } });
    await stack.signIn('alice', 'sam', 'sue', 'carol');
    main = (await stack.refs('acme/app'))['refs/heads/main'] ?? '';
  }, 180_000);
  afterAll(() => stack.stop());

  /** A branch of its own for each test, so that none meets the other's commits. */
  const newBranch = async (): Promise<string> => {
    const branch = `topic/held-${String((number += 1))}`;
    const made = await stack.script(
      'alice',
      `gh api repos/acme/app/git/refs -f ref=refs/heads/${branch} -f sha=${main}`,
    );
    expect(said(made)).toBe('ok');
    return branch;
  };
  const pending = async (): Promise<Approval> => {
    for (let tries = 0; tries < 150; tries += 1) {
      const { stdout } = await stack.holdshort('sam', ['approval', 'list', '--json']);
      const [found] = JSON.parse(stdout) as Approval[];
      if (found) return found;
      await delay(50);
    }
    throw new Error('nothing waits for approval');
  };
  const approve = async (id: string): Promise<void> => {
    const ran = await stack.holdshort('sam', ['approval', 'approve', id, '--reason', 'read it']);
    expect(said(ran)).toBe('ok');
  };
  /** The call, once; then again when the file is there, then a third time. Each answer is marked with its exit code. */
  const thrice = (call: string, go: string): Promise<Ran> =>
    stack.script(
      'alice',
      [
        `call() { ${call}; }`,
        'call || echo "first: exit $?"',
        `while ! test -e ${go}; do sleep 0.1; done`,
        'call && echo "second: passed"',
        'call || echo "third: exit $?"',
      ].join('\n'),
    );
  const movedFrom = async (branch: string): Promise<boolean> =>
    (await stack.refs('acme/app'))[`refs/heads/${branch}`] !== main;

  it.each([
    ['REST', restCall],
    ['GraphQL', (branch: string) => graphqlCall(branch, main)],
  ])('over %s completes in the same call when somebody else approves in time', async (_, callFor) => {
    const branch = await newBranch();
    const call = stack.script('alice', callFor(branch));
    await approve((await pending()).id);
    expect(said(await call)).toBe('ok');
    expect(await movedFrom(branch)).toBe(true);
  });

  it('over REST is answered with the URL, passes when repeated after the approval, once, and with no other bytes', async () => {
    const branch = await newBranch();
    const go = stack.workFile('rest-go');
    const session = thrice(restCall(branch), go);
    const approval = await pending();
    await delay((HOLD_SECONDS + 2) * 1000);
    expect(await movedFrom(branch)).toBe(false);
    await approve(approval.id);
    await stack.write('rest-go', '');
    // the third call is held again: an approval is spent by one call
    const again = await pending();
    expect(again.id).not.toBe(approval.id);
    const reject = ['approval', 'reject', again.id, '--reason', 'once is enough'];
    expect(said(await stack.holdshort('sue', reject))).toBe('ok');
    const ran = await session;
    expect(ran.text).toContain(`This call needs approval by 1 of group security: ${stack.dev.controlPlane}/approvals/`);
    expect(ran.text).toContain('first: exit 1');
    expect(ran.text).toContain('second: passed');
    expect(ran.text).toContain('sue refused the approval: once is enough');
    expect(ran.text).toContain('third: exit 1');
    const events = await stack.events((all) => all.some(({ type }) => type === 'approval.rejected'));
    const outcomes = calls(events).filter(
      ({ phase, request, target }) =>
        phase === 'outcome' && request?.surface === 'rest' && target?.ref === `refs/heads/${branch}`,
    );
    // the branch itself was made by the first call of the test
    expect(outcomes.map(({ outcome }) => outcome).slice(-3)).toEqual(['refused', 'success', 'refused']);
  }, 120_000);

  it('over REST with other bytes is held although the first was approved', async () => {
    const branch = await newBranch();
    const go = stack.workFile('other-go');
    const other = Buffer.from('on: pull_request_target\n').toString('base64');
    const session = stack.script(
      'alice',
      `${restCall(branch)} || true; while ! test -e ${go}; do sleep 0.1; done; ${restCall(branch, other)}`,
    );
    const first = await pending();
    await delay((HOLD_SECONDS + 1) * 1000);
    await approve(first.id);
    await stack.write('other-go', '');
    const second = await pending();
    expect(second.digest).not.toBe(first.digest);
    await stack.holdshort('sam', ['approval', 'reject', second.id, '--reason', 'not this one']);
    const ran = await session;
    expect(ran.code).not.toBe(0);
    expect(ran.text).toContain('sam refused the approval: not this one');
    expect(await movedFrom(branch)).toBe(false);
  }, 120_000);

  it('over GraphQL is answered as a GraphQL error with the URL, and passes when repeated after the approval', async () => {
    const branch = await newBranch();
    const go = stack.workFile('graphql-go');
    const session = thrice(graphqlCall(branch, main), go);
    const approval = await pending();
    expect(approval).toMatchObject({ surface: 'graphql', operation: 'mutation/createCommitOnBranch' });
    await delay((HOLD_SECONDS + 2) * 1000);
    await approve(approval.id);
    await stack.write('graphql-go', '');
    const again = await pending();
    await stack.holdshort('sam', ['approval', 'reject', again.id, '--reason', 'end of the test']);
    const ran = await session;
    expect(ran.text).toContain('"errors"');
    expect(ran.text).toContain('This call needs approval by 1 of group security');
    expect(ran.text).toContain('second: passed');
    expect(await movedFrom(branch)).toBe(true);
  }, 120_000);

  it("over MCP is answered as the tool's error, and the same call on the same connection passes after the approval", async () => {
    const branch = await newBranch();
    const go = stack.workFile('mcp-go');
    const args = {
      owner: 'acme',
      repo: 'app',
      branch,
      message: 'm',
      files: [{ path: WORKFLOW, content: 'on: push\n' }],
    };
    const url = `${stack.dev.agentEndpoint}/mcp`;
    const session = stack.run('alice', [process.execPath, repeatTool, url, 'push_files', JSON.stringify(args), go]);
    const approval = await pending();
    await delay((HOLD_SECONDS + 2) * 1000);
    await approve(approval.id);
    await stack.write('mcp-go', '');
    const again = await pending();
    await stack.holdshort('sam', ['approval', 'reject', again.id, '--reason', 'end of the test']);
    const ran = await session;
    expect(said(ran)).toBe('ok');
    const [first, second, third] = JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '[]') as {
      isError: boolean;
      text: string;
    }[];
    expect(first).toMatchObject({ isError: true });
    expect(first?.text).toContain('This call needs approval by 1 of group security: http');
    expect(second).toMatchObject({ isError: false });
    expect(third?.text).toContain('sam refused the approval: end of the test');
    expect(await movedFrom(branch)).toBe(true);
  }, 120_000);

  it.each(['alice', 'carol'])('is not answered by %s: neither its own engineer nor an administrator', async (login) => {
    const call = stack.script('alice', restCall(await newBranch()));
    const { id } = await pending();
    expect((await stack.holdshort(login, ['approval', 'approve', id])).code).toBe(1);
    await stack.holdshort('sam', ['approval', 'reject', id, '--reason', 'end of the test']);
    expect((await call).code).toBe(1);
  });
});
