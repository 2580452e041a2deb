import { execute, said } from '../../harness/execute.js';
import { Stack, type StoredEvent } from '../../harness/stack.js';
import { until } from '../../harness/until.js';

const hasGh = (await execute(['sh', '-c', 'command -v gh'])).code === 0;
if (!hasGh)
  process.stderr.write('SKIPPED: gh is not installed (Debian package gh), so no pull request is opened by it\n');
const itGh = hasGh ? it : it.skip;
const IDENTITY = 'git config user.email alice@acme.example && git config user.name Alice';
const HELD = 'git checkout -qb held && mkdir -p .github/workflows && echo "on: push" > .github/workflows/x.yml';

interface CheckRun {
  name: string;
  conclusion: string;
  head_sha: string;
  details_url: string;
  output: { summary: string };
}
interface Comment {
  id: number;
  body: string;
  user: { login: string };
}

describe('evidence at GitHub', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start({
      env: {
        HOLDSHORT_EVIDENCE: JSON.stringify({ default: 'all', rules: [{ repositories: 'prod', write: 'off' }] }),
      },
    });
    await stack.signIn('alice', 'bob', 'sam');
  }, 180_000);
  afterAll(() => stack.stop());

  /** A clone in which `work` happens, in a session. @returns the id of the commit that it ends with */
  async function session(login: string, name: string, work: string, repo = 'acme/app'): Promise<string> {
    const ran = await stack.script(
      login,
      `rm -rf ${name} && git clone -q https://github.com/${repo}.git ${name} && cd ${name} && ${IDENTITY}\n${work}\ngit rev-parse HEAD`,
      { cwd: stack.dir },
    );
    expect(said(ran)).toBe('ok');
    return ran.stdout.trim().split('\n').at(-1) ?? '';
  }
  const pushed = (branch: string, file = branch.replaceAll('/', '-')): string =>
    `git checkout -qB ${branch}\necho ${file} > ${file}.txt\ngit add -A\ngit commit -qm ${file}\ngit push -q origin ${branch}`;

  /** As GitHub shows it to whoever may read the repository. */
  async function api<T>(path: string): Promise<T> {
    const ran = await stack.run('alice', ['curl', '-sS', '--fail', `https://api.github.com/repos/${path}`], {
      cwd: stack.dir,
    });
    expect(said(ran)).toBe('ok');
    return JSON.parse(ran.stdout) as T;
  }
  const runsAt = async (sha: string, repo = 'acme/app'): Promise<CheckRun[]> =>
    (await api<{ check_runs: CheckRun[] }>(`${repo}/commits/${sha}/check-runs?filter=all`)).check_runs;
  const commentsAt = (pull: number): Promise<Comment[]> => api(`acme/app/issues/${pull}/comments`);
  const evidenceOf =
    (sha: string) =>
    (events: StoredEvent[]): StoredEvent[] =>
      events.filter(({ type, detail }) => type === 'evidence.written' && detail?.['commit'] === sha);
  const writtenOf = (sha: string): Promise<StoredEvent[]> =>
    stack.events((events) => evidenceOf(sha)(events).length > 0, 40_000).then(evidenceOf(sha));

  it('a pushed commit has one check run, which says whose it is', async () => {
    const sha = await session('alice', 'one', pushed('topic/one'));
    const [event, ...more] = await writtenOf(sha);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      human: { login: 'alice' },
      ai: { tool: 'copilot' },
      target: { host: 'github.com', repo: 'acme/app', ref: 'refs/heads/topic/one' },
      outcome: 'success',
      detail: { kind: 'check_run' },
    });
    const runs = await runsAt(sha);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ name: 'holdshort', conclusion: 'success', head_sha: sha });
    expect(runs[0]?.details_url).toBe(`${stack.dev.controlPlane}/sessions/${event?.session_id ?? ''}`);
    for (const text of ['| engineer | <code>alice</code> |', '| assistant | <code>copilot</code> |', 'topic/one'])
      expect(runs[0]?.output.summary).toContain(text);
  });

  it('it is written with a token for that repository and that permission alone', async () => {
    const tokens = (await stack.control('GET', '/tokens')) as {
      repositories: string[] | null;
      permissions: Record<string, string>;
    }[];
    const writing = tokens.filter(({ permissions }) => permissions['checks'] === 'write');
    expect(writing.length).toBeGreaterThan(0);
    for (const { repositories, permissions } of writing) {
      expect(repositories).toEqual(['acme/app']);
      expect(permissions).toEqual(expect.objectContaining({ checks: 'write', metadata: 'read' }));
      expect(Object.keys(permissions).sort()).toEqual(['checks', 'metadata']);
    }
    const issued = (await stack.events(() => true)).filter(({ lease }) => lease?.kind === 'evidence');
    expect(issued.map(({ lease }) => lease?.permissions)).toContainEqual(expect.objectContaining({ checks: 'write' }));
  });

  it('a commit that GitHub made for an API call has one as well', async () => {
    const body = JSON.stringify({
      message: 'api',
      branch: 'topic/api',
      content: Buffer.from('api\n').toString('base64'),
    });
    await session(
      'alice',
      'api',
      `${pushed('topic/api')}\ncurl -sS --fail -o /dev/null -X PUT -d '${body}' https://api.github.com/repos/acme/app/contents/api2.txt`,
    );
    const sha = (await stack.refs('acme/app'))['refs/heads/topic/api'] ?? '';
    expect(await writtenOf(sha)).toHaveLength(1);
    expect(await runsAt(sha)).toHaveLength(1);
  });

  it('a held push names who approved it', async () => {
    const running = session('alice', 'held', `${HELD} && git add -A && git commit -qm held && git push -q origin held`);
    await until(async () => (await waiting()) !== undefined, { withinMs: 40_000, everyMs: 200 });
    expect(said(await stack.holdshort('sam', ['approval', 'approve', (await waiting()) ?? '']))).toBe('ok');
    const sha = await running;
    await writtenOf(sha);
    expect((await runsAt(sha))[0]?.output.summary).toContain('| approved by | <code>sam</code> |');
  });

  async function waiting(): Promise<string | undefined> {
    const ran = await stack.holdshort('sam', ['approval', 'list', '--json']);
    return (JSON.parse(ran.stdout) as { id: string; state: string }[]).find(({ state }) => state === 'pending')?.id;
  }

  itGh('a pull request has one comment, which later pushes change', async () => {
    const create = 'gh pr create --title pr --body text --head topic/pr --base main';
    const first = await session('alice', 'pr', `${pushed('topic/pr')}\n${create}`);
    const [pull] = await api<{ number: number }[]>('acme/app/pulls?head=acme:topic/pr');
    const number = pull?.number ?? 0;
    const ours = async (): Promise<Comment[]> =>
      (await commentsAt(number)).filter(({ user }) => user.login === 'holdshort[bot]');
    await until(async () => (await ours()).length > 0, { withinMs: 40_000, everyMs: 500 });
    // whoever copies the marker is not taken for us
    const imitated = JSON.stringify({ body: '<!-- holdshort:evidence -->\nmine' });
    await stack.script(
      'bob',
      `curl -sS --fail -o /dev/null -d '${imitated}' https://api.github.com/repos/acme/app/issues/${number}/comments`,
      { cwd: stack.dir, flags: ['--human'] },
    );
    const second = await session(
      'bob',
      'pr-again',
      `git checkout -q topic/pr && echo again > again.txt && git add -A && git commit -qm again && git push -q origin topic/pr`,
    );
    const has = async (text: string): Promise<boolean> =>
      (await commentsAt(number)).some(({ body }) => body.includes('recorded the sessions') && body.includes(text));
    await until(() => has(second.slice(0, 12)), { withinMs: 40_000, everyMs: 500 });
    const told = (await commentsAt(number)).filter(({ body }) => body.includes('recorded the sessions'));
    expect(told).toHaveLength(1);
    for (const text of ['<code>alice</code>', '<code>bob</code>', '<code>copilot</code>', first.slice(0, 12)])
      expect(told[0]?.body).toContain(text);
    expect((await commentsAt(number)).some(({ body }) => body.endsWith('\nmine'))).toBe(true);
    const events = (await stack.events(() => true)).filter(({ detail }) => detail?.['kind'] === 'comment');
    expect(events.length).toBeGreaterThanOrEqual(2);
  });

  it('while GitHub takes none the push goes on, and it is said later, once, though the control plane was killed', async () => {
    await stack.control('POST', '/faults', { match: 'POST .*/check-runs', status: 502, times: 1000 });
    const sha = await session('alice', 'later', pushed('topic/later'));
    const tried = async (): Promise<boolean> =>
      (await stack.requests()).some(({ path, status }) => path.endsWith('/check-runs') && status === 502);
    await until(tried, { withinMs: 40_000, everyMs: 300 });
    expect(await runsAt(sha)).toEqual([]);
    stack.kill('control-plane', 'SIGKILL');
    await stack.restart('control-plane');
    await stack.agentReady();
    await stack.control('DELETE', '/faults');
    await until(async () => (await runsAt(sha)).length > 0, { withinMs: 200_000, everyMs: 1_000 });
    await writtenOf(sha);
    expect(await runsAt(sha)).toHaveLength(1);
  }, 300_000);

  it('what a lost answer hid is found again, not written twice', async () => {
    await stack.control('POST', '/faults', { match: 'POST .*/check-runs', lose_answer: true, times: 1 });
    const sha = await session('alice', 'lost', pushed('topic/lost'));
    expect(await writtenOf(sha)).toHaveLength(1);
    expect(await runsAt(sha)).toHaveLength(1);
  });

  it('what settings leave out is left alone', async () => {
    const sha = await session('alice', 'quiet', pushed('topic/quiet'), 'acme/payments');
    // told in the order of the trail: by then payments has been passed over
    const later = await session('alice', 'loud', pushed('topic/loud'));
    await writtenOf(later);
    expect(await runsAt(sha, 'acme/payments')).toEqual([]);
  });

  it('no name of a branch mentions, links or breaks the text', async () => {
    const branch = 'topic/@alice|<b>`x`#1';
    const sha = await session('alice', 'hostile', pushed(`'${branch}'`, 'hostile'));
    await writtenOf(sha);
    const summary = (await runsAt(sha))[0]?.output.summary ?? '';
    expect(summary).toContain('| branch | <code>topic/&#64;alice&#124;&#60;b&#62;&#96;x&#96;&#35;1</code> |');
    expect(summary).not.toContain('@');
  });

  it('without permission for check runs there is a status, without either an event; pushes go on', async () => {
    const permissions = (changes: object): Promise<unknown> =>
      stack.control('PATCH', '/installations/acme/permissions', changes);
    for (const name of ['statuses', 'neither'])
      await stack.control('POST', '/repos', { owner: 'acme', name, files: { 'README.md': name } });
    await permissions({ checks: null });
    const sha = await session('alice', 'statuses', pushed('topic/status'), 'acme/statuses');
    const [event] = await writtenOf(sha);
    expect(event?.detail).toMatchObject({ kind: 'status' });
    const { state, statuses } = await api<{ state: string; statuses: { context: string; description: string }[] }>(
      `acme/statuses/commits/${sha}/status`,
    );
    expect(state).toBe('success');
    expect(statuses).toMatchObject([{ context: 'holdshort', description: 'alice with copilot' }]);
    await permissions({ statuses: null });
    await session('alice', 'neither', pushed('topic/neither'), 'acme/neither');
    const failed = ({ type, target }: StoredEvent): boolean =>
      type === 'evidence.failed' && target?.repo === 'acme/neither';
    const refused = (await stack.events((events) => events.some(failed), 40_000)).find(failed);
    expect(refused).toMatchObject({
      error: { message: 'The GitHub App may write neither checks nor statuses on acme/neither.' },
      detail: { kind: 'check_run' },
    });
    await permissions({ checks: 'write', statuses: 'write' });
  });
});
