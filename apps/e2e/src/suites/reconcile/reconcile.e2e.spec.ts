import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execute, said, type Ran } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';
import { until } from '../../harness/until.js';

const APP = 'https://github.com/acme/app.git';

interface Line {
  kind?: string;
  verdict?: string;
  by?: string;
  [name: string]: unknown;
}

describe("GitHub's audit log and the trail", () => {
  let stack: Stack;
  let began: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'bob', 'sam');
    began = new Date(Date.now() - 1000).toISOString();
    const reader = await personalToken({ login: 'carol', scopes: ['read:audit_log'] });
    env = { HOLDSHORT_GITHUB_AUDIT_TOKEN: reader, NODE_EXTRA_CA_CERTS: stack.dev.githubCa };
  }, 180_000);
  afterAll(() => stack.stop());

  const personalToken = async (body: object): Promise<string> =>
    ((await stack.control('POST', '/personal-tokens', body)) as { token: string }).token;
  const run = (...args: string[]): Promise<Ran> => stack.holdshort('sam', args, { cwd: stack.dir, env });
  const reconcile = async (...args: string[]): Promise<{ code: number | null; findings: Line[]; summary: Line }> => {
    const ran = await run('audit', 'reconcile', '--settle', '0', '--github-delay', '0', '--json', ...args);
    const lines = ran.stdout.split('\n').filter((line) => line !== '');
    const all = lines.map((line) => JSON.parse(line) as Line);
    return { code: ran.code, findings: all.slice(0, -1), summary: all.at(-1) ?? { text: ran.text } };
  };
  const overApi = (): ReturnType<typeof reconcile> =>
    reconcile('--github-api', 'acme', '--github-url', stack.dev.github, '--from', began);
  /** A clone with one commit on a branch of that name. */
  const commitOn = (branch: string): string =>
    `git clone -q ${APP} ${branch} && cd ${branch} && git config user.email a@example.test && git config user.name a` +
    ` && git checkout -q -b ${branch} && echo ${branch} > ${branch}.txt && git add . && git commit -qm "${branch}"`;
  const headOf = async (folder: string): Promise<string> =>
    (await execute(['git', '-C', path.join(stack.dir, folder), 'rev-parse', 'HEAD'])).stdout.trim();
  /** Past the agent, to GitHub itself. */
  const pushDirectly = (folder: string, token: string, ref: string): Promise<Ran> =>
    execute(
      [
        ...['git', '-C', path.join(stack.dir, folder), 'push', '-q'],
        ...[`https://x-access-token:${token}@${new URL(stack.dev.github).host}/acme/app.git`, `HEAD:${ref}`],
      ],
      { env: { GIT_SSL_CAINFO: stack.dev.githubCa, GIT_TERMINAL_PROMPT: '0' } },
    );
  const attested = (pushes: number) =>
    stack.events((events) => events.filter(({ type }) => type === 'push.attested').length >= pushes);

  it('agree while all goes through the agent: over the API, and over files and an archive without any connection', async () => {
    const script = [
      commitOn('quiet'),
      'git push -q origin quiet quiet:wip/other',
      'git tag -a v9 -m v9 && git push -q origin v9',
      'git commit -q --allow-empty -m second && git push -q origin quiet',
      'git push -q origin :wip/other',
      'if git push -q origin HEAD:main; then exit 1; fi',
    ];
    expect(said(await stack.script('alice', script.join('\n'), { cwd: stack.dir }))).toBe('ok');
    await attested(3);
    const quiet = { code: 0, findings: [], summary: { verdict: 'clean', matched: 4, github_pushes: 4 } };
    expect(await overApi()).toMatchObject(quiet);
    await stack.control('POST', '/audit-stream', { folder: stack.workFile('logs') });
    await stack.control('POST', '/audit-stream', { folder: stack.workFile('logs'), again: 3 });
    expect(said(await run('audit', 'archive', '-o', 'trail.ndjson'))).toBe('ok');
    expect(await reconcile('--files', stack.workFile('logs'), '--trail', 'trail.ndjson')).toMatchObject({
      ...quiet,
      summary: { ...quiet.summary, repeated: 3 },
    });
  });

  it('give each pushed commit a statement that verifies in the store and offline; altered, it fails', async () => {
    const commit = await headOf('quiet');
    const inStore = await run('attest', 'verify', '--commit', commit);
    expect(inStore.text).toContain('Pushed to acme/app: refs/heads/quiet -> ');
    expect(inStore.text).toMatch(
      / by alice with copilot, session ses_\w+, policy \S+; event \S+, the same in the trail\./,
    );
    expect(inStore.code).toBe(0);
    const exported = await run('attest', 'export', '--commit', commit);
    const file = await stack.write('push.json', exported.stdout);
    expect(said(await run('audit', 'archive', '--evidence-only', '-o', 'keys.ndjson'))).toBe('ok');
    const { root_key: root } = JSON.parse((await run('attest', 'verify', '--commit', commit, '--json')).stdout) as {
      root_key: string;
    };
    const offline = async (name: string): Promise<Ran> =>
      stack.holdshort(
        'sam',
        ['attest', 'verify', name, '--commit', commit, '--keys', 'keys.ndjson', '--root-key', root],
        {
          cwd: stack.dir,
          env: { HOLDSHORT_HOME: stack.workFile('nobody'), HOLDSHORT_CONTROL_PLANE_URL: 'http://127.0.0.1:1' },
        },
      );
    expect(await offline(file)).toMatchObject({ code: 0 });
    const envelope = JSON.parse(exported.stdout) as { payload: string };
    const payload = Buffer.from(envelope.payload, 'base64').toString();
    const changed = { ...envelope, payload: Buffer.from(payload.replace('"alice"', '"bob"')).toString('base64') };
    const altered = await offline(await stack.write('altered.json', JSON.stringify(changed)));
    expect(altered.text).toContain('its signature is not one of the key');
    expect(altered.code).toBe(1);
  });

  it('name a push that nobody attested', async () => {
    const lines = (await readFile(stack.workFile('trail.ndjson'), 'utf8')).split('\n');
    const at = lines.findIndex((line) => line.includes('"type":"push.attested"'));
    await writeFile(stack.workFile('cut.ndjson'), lines.toSpliced(at, 1).join('\n'));
    const { event_id } = (JSON.parse(lines[at] ?? '') as { detail: { event_id: string } }).detail;
    expect(await reconcile('--files', stack.workFile('logs'), '--trail', 'cut.ndjson')).toMatchObject({
      code: 1,
      findings: [{ kind: 'no_attestation', event_id, engineer: 'alice', repo: 'acme/app' }],
    });
  });

  it('name a push around Holdshort with a personal token, whose commit has no attestation', async () => {
    const token = await personalToken({ login: 'bob', scopes: ['repo'] });
    expect(said(await stack.script('bob', commitOn('around'), { cwd: stack.dir }))).toBe('ok');
    expect(said(await pushDirectly('around', token, 'refs/heads/around'))).toBe('ok');
    const { code, findings } = await overApi();
    expect(code).toBe(1);
    expect(findings.map(({ kind, by }) => [kind, by])).toEqual([
      ['unseen_push', 'foreign_token'],
      ['foreign_token', undefined],
    ]);
    expect(findings[0]).toMatchObject({
      ...{ actor: 'bob', repo: 'acme/app', access: 'Personal access token (classic)' },
    });
    const commit = await headOf('around');
    const verified = await run('attest', 'verify', '--commit', commit);
    expect(verified.text).toContain(`no attestation of ${commit} is there.`);
    expect(verified.code).toBe(1);
    expect(JSON.stringify(findings)).not.toContain(token);
  });

  it('name a push with a lease that was taken out of its workspace, and whose lease it was', async () => {
    await stack.control('POST', '/capture', { on: true });
    const session = stack.script(
      'alice',
      `${commitOn('leased')} && git push -q origin leased && git commit -q --allow-empty -m stolen && touch pushed
       while [ ! -e stop ]; do sleep 0.1; done`,
      { cwd: stack.dir },
    );
    const pushed = path.join(stack.dir, 'leased/pushed');
    await until(async () => (await readFile(pushed).catch(() => undefined)) !== undefined, {
      withinMs: 60_000,
      everyMs: 100,
    });
    const tokens = (await stack.control('GET', '/captured')) as string[];
    await stack.control('POST', '/capture', { on: false });
    const pushes: Ran[] = [];
    // the one that reads is refused; which is which only its owner knows
    for (const token of tokens.filter((text) => text.startsWith('ghs_')))
      pushes.push(await pushDirectly('leased', token, `refs/heads/stolen`));
    await stack.write('leased/stop', '');
    expect(said(await session)).toBe('ok');
    expect(pushes.filter(({ code }) => code === 0)).toHaveLength(1);
    const events = await attested(4);
    const { session_id } = events.findLast(({ type }) => type === 'push.attested') ?? {};
    const { code, findings, summary } = await overApi();
    expect(code).toBe(1);
    expect(findings.filter(({ by }) => by === 'lease')).toEqual([
      expect.objectContaining({ kind: 'unseen_push', repo: 'acme/app', engineer: 'alice', session_id }),
    ]);
    expect(summary).toMatchObject({
      verdict: 'found',
      matched: 5,
      unseen_pushes: 2,
      foreign_tokens: 1,
      no_attestation: 0,
    });
  });
});
