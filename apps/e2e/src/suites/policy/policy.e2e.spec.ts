import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { said, type Ran } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';

const MCP_CLIENT = fileURLToPath(new URL('../mcp/mcp-client.mjs', import.meta.url));
const API = 'https://api.github.com';
const READ_APP = `curl -sf ${API}/repos/acme/app >/dev/null`;
const ISSUE = `curl -s -w '\\n%{http_code}' -X POST ${API}/repos/acme/site/issues -d '{"title":"from the session"}'`;

interface Policy {
  version: string;
  state: string;
}

describe('holdshort policy against a running stack', () => {
  let stack: Stack;
  let balanced: string;
  beforeAll(async () => {
    // API calls that are held answer at once: nobody approves anything here
    stack = await Stack.start({
      env: { HOLDSHORT_AGENT_API_HOLD_SECONDS: '1', HOLDSHORT_AGENT_HOLD_WINDOW_SECONDS: '2' },
    });
    await stack.signIn('alice', 'sam', 'carol');
    balanced = (await policy<Policy>('show')).version;
  }, 180_000);
  // a test that failed half way must not leave its policy to the next
  afterEach(() => carol('activate', balanced, '--reason', 'end of the test'));
  afterAll(() => stack.stop());

  const carol = (...args: string[]): Promise<Ran> => stack.holdshort('carol', ['policy', ...args], { cwd: stack.dir });
  async function policy<T>(...args: string[]): Promise<T> {
    const ran = await carol(...args, '--json');
    expect(said(ran)).toBe('ok');
    return JSON.parse(ran.stdout) as T;
  }
  const assistant = (script: string): Promise<Ran> => stack.script('alice', script, { cwd: stack.dir });
  const addPolicy = async (folder: string, text: string): Promise<void> => {
    await mkdir(stack.workFile(`${folder}/access`), { recursive: true });
    await writeFile(stack.workFile(`${folder}/access/ours.cedar`), text);
  };
  const back = async (): Promise<void> => {
    expect(said(await carol('rollback', '--reason', 'end of the test'))).toBe('ok');
    expect(await policy<Policy>('show')).toMatchObject({ version: balanced, state: 'active' });
  };

  describe('taint', () => {
    it.each([
      ['REST', ISSUE],
      [
        'GraphQL',
        `ID=$(curl -sf ${API}/repos/acme/site | node -pe 'JSON.parse(require("fs").readFileSync(0)).node_id'); curl -s ${API}/graphql -d '{"query":"mutation { createIssue(input:{repositoryId:\\"'$ID'\\",title:\\"x\\"}) { issue { number } } }"}'`,
      ],
      [
        'MCP',
        `node ${MCP_CLIENT} $ENDPOINT/mcp '[["issue_write",{"method":"create","owner":"acme","repo":"site","title":"x"}]]'`,
      ],
      [
        'git',
        `git clone -q https://github.com/acme/site.git site-$$ && cd site-$$ && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git push origin HEAD:topic/taint-$$ 2>&1 || true`,
      ],
    ])('by %s: passes in a session of its own, is held once acme/app was read', async (surface, write) => {
      const before = (await stack.requests()).length;
      const env = `export ENDPOINT=${stack.dev.agentEndpoint};`;
      const clean = await assistant(`${env} ${write}`);
      expect(said(clean)).toBe('ok');
      expect(clean.text).not.toMatch(/needs approval|waiting for/);
      expect((await stack.requests()).length).toBeGreaterThan(before);
      const tainted = await assistant(`${env} ${READ_APP}; ${write}`);
      expect({ surface, text: tainted.text }).toEqual({
        surface,
        text: expect.stringMatching(/1 of (group )?security/) as string,
      });
      const writes = (await stack.requests(before)).filter(
        ({ method, path, status }) =>
          method === 'POST' && status < 300 && /\/site\/issues$|git-receive-pack$/.test(path),
      );
      expect(writes.length).toBeLessThanOrEqual(1); // the one of the clean session
    });
  });

  it('goes from files to force: init, validate, test, apply, diff, simulate, activate, rollback', async () => {
    expect(said(await carol('init', 'ours', '--starter', 'balanced'))).toBe('ok');
    expect((await policy<{ version: string }>('validate', 'ours')).version).toBe(balanced);
    expect(said(await carol('diff', 'ours', '--exit-code'))).toBe('ok');

    await addPolicy(
      'ours',
      '@id("no-issues") forbid (principal, action == Holdshort::Action::"issue.write", resource);\n',
    );
    const wrong = await carol('validate', 'ours');
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.stdout).toContain('ours/access/ours.cedar:1: no-issues: A forbid needs @message');

    await addPolicy(
      'ours',
      '@id("no-issues") @message("Issues are written by hand.") forbid (principal is Holdshort::Assistant, action == Holdshort::Action::"issue.write", resource);\n',
    );
    const failing = await carol('test', 'ours');
    expect(failing).toMatchObject({ code: 1 });
    expect(failing.stdout).toMatch(/ours\/cases\/main\.json:\d+: an assistant writes in public: expected allow/);
    expect((await carol('apply', 'ours')).text).toMatch(/cases fail, so nothing was stored/);

    const cases = stack.workFile('ours/cases/main.json');
    const kept = (JSON.parse(await readFile(cases, 'utf8')) as { action: string }[]).filter(
      ({ action }) => action !== 'issue.write',
    );
    await writeFile(cases, JSON.stringify(kept));
    expect(said(await carol('test', 'ours'))).toBe('ok');

    const { version, state } = await policy<Policy>('apply', 'ours', '--note', 'issues by hand');
    expect(state).toBe('draft');
    const simulated = await policy<{ report: { flips: number; by_policy: { name: string }[] } }>('simulate', version);
    expect(simulated.report.flips).toBeGreaterThan(0);
    expect(simulated.report.by_policy).toContainEqual(expect.objectContaining({ name: 'no-issues' }));
    expect((await carol('simulate', version, '--max-flips', '0')).code).toBe(1);
    expect((await carol('diff', version)).stdout).toContain('access: no-issues');

    expect((await assistant(ISSUE)).stdout).toMatch(/\n201$/);
    expect(said(await carol('activate', version, '--reason', 'agreed'))).toBe('ok');
    const refused = await assistant(ISSUE);
    expect(refused.stdout).toMatch(/\n4\d\d$/);
    expect(refused.stdout).toContain('Issues are written by hand.');
    await back();
    expect((await assistant(ISSUE)).stdout).toMatch(/\n201$/);
    const events = await stack.events((all) => all.filter(({ type }) => type === 'policy.activated').length >= 3);
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['policy.saved', 'policy.simulated']));
  });

  it('refuses the 61st write of an hour under a cap of 60, and tells the time when it will pass', async () => {
    await carol('init', 'capped', '--starter', 'balanced');
    await addPolicy(
      'capped',
      '@id("cap-60") @message("60 writes an hour are enough.") forbid (principal, action in Holdshort::Action::"write", resource) when { context.usage.session.writes >= 60 };\n',
    );
    // the limit of the starter set is no longer the only one that decides
    await writeFile(stack.workFile('capped/cases/main.json'), '[]');
    await policy('apply', 'capped', '--activate', '--reason', 'caps');
    const ran = await assistant(`for n in $(seq 61); do echo "$(${ISSUE} | tail -1)"; done; ${ISSUE}`);
    const lines = ran.stdout.split('\n');
    expect(lines.slice(0, 60)).toEqual(Array<string>(60).fill('201'));
    expect(lines[60]).toMatch(/^4\d\d$/);
    const [, at = ''] =
      /60 writes an hour are enough\..*It will pass again at (\S+Z), in \d+ minutes\./.exec(ran.stdout) ?? [];
    const minutes = (Date.parse(at) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(50);
    expect(minutes).toBeLessThanOrEqual(60);
    await back();
  }, 120_000);

  it('observes: lets through what it would have refused, and records it', async () => {
    await policy('apply', '--starter', 'observe-only', '--activate', '--reason', 'to begin with');
    const ran = await assistant(
      `git clone -q https://github.com/acme/site.git observed && cd observed && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git push -q origin HEAD:main`,
    );
    expect(said(ran)).toBe('ok');
    const events = await stack.events((all) => all.some(({ decision }) => decision?.reason.includes('observed')));
    const event = events.find(({ decision }) => decision?.reason.includes('observed'));
    expect(event?.decision).toMatchObject({ effect: 'allow', rules: ['deny-assistant-protected'] });
    await back();
    const refused = await assistant(
      `cd observed && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m y && git push -q origin HEAD:main`,
    );
    expect(refused.code).not.toBe(0);
  });

  it('is not for engineers to change', async () => {
    for (const args of [
      ['apply', '--starter', 'strict'],
      ['rollback', '--reason', 'x'],
      ['simulate', balanced],
    ])
      expect(await stack.holdshort('alice', ['policy', ...args], { cwd: stack.dir })).toMatchObject({ code: 1 });
    expect((await stack.holdshort('alice', ['policy', 'show'])).stdout).toContain(balanced);
  });
});
