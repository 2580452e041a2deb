import { createServer, type Server } from 'node:http';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { EventChain, type AuditEvent, type EventDraft } from '@holdshort/audit-events';
import { runCli } from './program.js';
import type { Finding, Summary } from './reconcile/finding.js';
import { tokenHash } from './reconcile/token-hash.js';
import { SignIns } from './sign-ins.js';
import { FakeControlPlane } from './test-support/fake-control-plane.js';

const BEGIN = Date.parse('2026-01-12T09:00:00.000Z');
const at = (second: number): string => new Date(BEGIN + second * 1000).toISOString();
const ALICE = { sub: 'u1', login: 'alice', idp: 'https://idp.example.test' };
const LEASE = tokenHash('ghs_lease');
const FACTS = tokenHash('ghs_facts');

/** The trail and GitHub's log of one day; each test adds what happened. */
class World {
  private readonly chain = new EventChain({ emitter: { id: 'agt_1', host: 'box', version: '1' }, tenant: 'default' });
  readonly events: AuditEvent[] = [];
  readonly entries: object[] = [];
  private count = 0;

  event(draft: EventDraft): AuditEvent {
    const { event } = this.chain.append(this.chain.prepare(draft));
    this.events.push(event);
    return event;
  }

  lease(token = LEASE, session = 'ses_1', second = 0): void {
    this.event({
      ...{ type: 'lease.issued', phase: 'single', correlation_id: 'x', session_id: session, human: ALICE },
      ...{ outcome: 'success', time: at(second), lease: this.leaseOf(token) },
    });
  }

  facts(): void {
    const lease = { ...this.leaseOf(FACTS), id: 'fct_1', kind: 'facts' };
    this.event({
      ...{ type: 'facts_token.issued', phase: 'single', correlation_id: 'x', outcome: 'success', time: at(0), lease },
      target: { host: 'github.com', repo: 'acme' },
    });
  }

  /** Recorded by an agent, with its attestation unless told otherwise. */
  push(second: number, more: Partial<EventDraft> & { isUnattested?: boolean; token?: string; heldFor?: number } = {}) {
    const { isUnattested = false, token = LEASE, heldFor = 0, ...fields } = more;
    this.count += 1;
    const call: Omit<EventDraft, 'phase'> = {
      ...{ type: 'call.write' as const, correlation_id: `cor_${this.count}`, session_id: 'ses_1', human: ALICE },
      target: { host: 'github.com', repo: 'acme/app' },
      request: {
        surface: 'git',
        operation: 'git/receive-pack',
        class: 'write',
        intents: [],
        method: 'POST',
        path: '/',
      },
    };
    this.event({ ...call, phase: 'attempt', time: at(second - heldFor) });
    const outcome = this.event({
      ...{ ...call, phase: 'outcome', outcome: 'success', time: at(second) },
      ...{ response: { status: 200, duration_ms: heldFor * 1000 }, lease: this.leaseOf(token) },
      push: [{ ref: 'refs/heads/x', old: '0'.repeat(40), new: 'a'.repeat(40), kind: 'create', result: 'ok' }],
      ...fields,
    });
    if (!isUnattested && outcome.lease)
      this.event({
        ...{ type: 'push.attested', phase: 'single', correlation_id: call.correlation_id, outcome: 'success' },
        ...{ target: call.target, push: [], lease: outcome.lease, time: at(second) },
        detail: { envelope: '{}', event_id: outcome.id },
      });
    return outcome;
  }

  /** In GitHub's log. */
  entry(second: number, more: object = {}): object {
    this.count += 1;
    const entry = {
      ...{ '@timestamp': BEGIN + second * 1000, _document_id: `doc_${this.count}`, action: 'git.push', org: 'acme' },
      ...{ actor: 'holdshort[bot]', repo: 'acme/app', hashed_token: LEASE },
      ...{ programmatic_access_type: 'GitHub App server-to-server token', ...more },
    };
    this.entries.push(entry);
    return entry;
  }

  private leaseOf = (token: string): NonNullable<AuditEvent['lease']> => ({
    ...{ id: 'lse_1', kind: 'installation', token_sha256_b64: token, permissions: { contents: 'write' } },
    expires: at(3600),
  });
}

describe('holdshort audit reconcile', () => {
  let dir: string;
  let world: World;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'holdshort-reconcile-spec-'));
    world = new World();
    world.lease();
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const inFile = (name: string, content: string | Buffer): string => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };
  const lines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

  async function run(args: string[], env: Record<string, string> = {}) {
    const [out, err]: [string[], string[]] = [[], []];
    const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
    const own = { HOLDSHORT_HOME: dir, HOLDSHORT_CONTROL_PLANE_URL: 'http://127.0.0.1:1', ...env };
    const code = await runCli({ args: ['audit', 'reconcile', ...args], env: own, cwd: '/', terminal });
    return { code, out, err };
  }

  /** What is found in the world, by files. */
  async function found(...args: string[]): Promise<{ code: number; findings: Finding[]; summary: Summary }> {
    const trail = inFile('trail.ndjson', lines(world.events));
    const log = inFile('github.json', lines(world.entries));
    const ran = await run(['--files', log, '--trail', trail, '--json', ...args]);
    const all = ran.out.map((line) => JSON.parse(line) as Finding & Summary);
    const summary = all.pop() as unknown as Summary;
    return { code: ran.code, findings: all, summary };
  }

  it('0 where each push of GitHub is one of the trail, whatever else the two do', async () => {
    world.facts();
    world.push(100);
    world.entry(100.4);
    world.push(700, { heldFor: 600 });
    world.entry(690);
    world.entry(50, { action: 'git.clone' });
    world.entry(51, { action: 'git.fetch', hashed_token: FACTS });
    world.entry(52, { action: 'pull_request.merge', hashed_token: undefined, actor: 'bob' });
    world.push(800, {
      ...{ outcome: 'failed', isUnattested: true },
      push: [{ ref: 'refs/heads/main', old: '0'.repeat(40), new: 'a'.repeat(40), kind: 'create', result: 'protected' }],
    });
    expect(await found()).toMatchObject({
      ...{ code: 0, findings: [] },
      summary: { verdict: 'clean', matched: 2, github_pushes: 2, issued_tokens: 2, without_token: 1 },
    });
  });

  it('names a push by a foreign token, and the token with all that it did', async () => {
    world.push(100);
    world.entry(100);
    const own = {
      actor: 'mallory',
      hashed_token: tokenHash('ghp_x'),
      programmatic_access_type: 'Personal access token',
    };
    world.entry(200, own);
    world.entry(10, { ...own, action: 'git.clone' });
    const { code, findings, summary } = await found();
    expect(code).toBe(1);
    expect(findings).toEqual([
      expect.objectContaining({ kind: 'unseen_push', by: 'foreign_token', actor: 'mallory', time: at(200) }),
      expect.objectContaining({
        ...{ kind: 'foreign_token', hashed_token: own.hashed_token, entries: 2, pushes: 1 },
        ...{ actors: ['mallory'], actions: ['git.push', 'git.clone'], first: at(10), last: at(200) },
      }),
    ]);
    expect(summary).toMatchObject({ verdict: 'found', matched: 1, unseen_pushes: 1, foreign_tokens: 1 });
  });

  it('names a push by a lease that no agent recorded, beside one that was', async () => {
    world.push(100);
    world.entry(100);
    world.entry(160);
    const { code, findings } = await found();
    expect(code).toBe(1);
    expect(findings).toEqual([
      expect.objectContaining({
        ...{
          kind: 'unseen_push',
          by: 'lease',
          lease_id: 'lse_1',
          session_id: 'ses_1',
          engineer: 'alice',
          time: at(160),
        },
      }),
    ]);
  });

  it('lets neither a refused push nor one that GitHub rejected stand for another one', async () => {
    world.push(99, { outcome: 'refused', push: [], isUnattested: true });
    world.push(98, {
      ...{ outcome: 'failed', isUnattested: true },
      push: [{ ref: 'refs/heads/x', old: '0'.repeat(40), new: 'b'.repeat(40), kind: 'create', result: 'no' }],
    });
    world.entry(100);
    expect((await found()).findings).toEqual([expect.objectContaining({ kind: 'unseen_push', by: 'lease' })]);
  });

  it('joins by the request id where both name it, else only within the time that clocks allow', async () => {
    world.push(100, { response: { status: 200, duration_ms: 1, github_request_id: 'ABC' } });
    world.entry(3000, { request_id: 'ABC' });
    expect((await found()).code).toBe(0);
    world = new World();
    world.lease();
    world.push(100);
    world.entry(221.5);
    expect((await found('--skew', '120')).code).toBe(1);
    expect((await found('--skew', '122')).code).toBe(0);
  });

  it('names a push without a token, and one by the token that only reads', async () => {
    world.facts();
    world.entry(100, { hashed_token: '', programmatic_access_type: 'SSH key', actor: 'bob' });
    world.entry(101, { hashed_token: FACTS });
    const { findings } = await found();
    expect(findings.map((finding) => finding.kind === 'unseen_push' && finding.by).sort()).toEqual([
      'facts_token',
      'no_token',
    ]);
  });

  it('names a recorded push without attestation', async () => {
    const { id } = world.push(100, { isUnattested: true });
    world.entry(100);
    expect(await found()).toMatchObject({
      code: 1,
      findings: [{ kind: 'no_attestation', event_id: id, session_id: 'ses_1', engineer: 'alice', repo: 'acme/app' }],
    });
  });

  it('warns of a recorded push that GitHub lacks, once its log is sure to be complete', async () => {
    const { id } = world.push(500);
    world.push(2000);
    world.entry(1, { action: 'git.clone' });
    world.entry(1000, { action: 'git.clone' });
    expect(await found('--from', at(-10))).toMatchObject({
      code: 0,
      findings: [{ kind: 'not_at_github', severity: 'warning', event_id: id }],
      summary: { verdict: 'clean', awaited: 1 },
    });
    expect((await found('--from', at(-10), '--to', at(5000))).summary).toMatchObject({ awaited: 0, not_at_github: 2 });
  });

  it('lets the attempt of a killed agent stand for one push of its session, and for no second one', async () => {
    const outcome = world.push(100, { isUnattested: true });
    world.events.pop();
    expect(world.events.at(-1)?.phase).toBe('attempt');
    world.entry(101);
    expect((await found()).summary).toMatchObject({ verdict: 'clean', matched_by_attempt: 1 });
    const { type, correlation_id, session_id, target, request } = outcome;
    world.event({
      ...{ type, phase: 'outcome', correlation_id, session_id, outcome: 'success', time: at(900) },
      ...(target ? { target } : {}),
      ...(request ? { request } : {}),
      detail: { recovered: true },
    });
    expect((await found()).code).toBe(0);
    world.entry(102);
    expect((await found()).summary).toMatchObject({ matched_by_attempt: 1, unseen_pushes: 1 });
  });

  it('takes no notice of actors and tokens that are allowed by name', async () => {
    world.entry(100, { actor: 'dependabot[bot]', hashed_token: 'd' });
    world.entry(101, { actor: 'ci', hashed_token: 'c' });
    const { code, summary } = await found('--allow-actor', 'dependabot[bot]', '--allow-token', 'c');
    expect({ code, allowed: summary.allowed }).toEqual({ code: 0, allowed: 2 });
  });

  it('reads gzip, arrays, folders of the stream, and entries that came twice, as one log', async () => {
    world.push(100);
    world.push(200, { isUnattested: true });
    world.push(300);
    const [one, two, three] = [world.entry(100), world.entry(200), world.entry(300)] as [object, object, object];
    mkdirSync(join(dir, 'logs/2026/01/09/00'), { recursive: true });
    inFile('logs/2026/01/09/00/a.json.gz', gzipSync(lines([one, two])));
    inFile('logs/b.json', JSON.stringify([{ ...two, text: 'a } in "quotes" \\' }, three], null, 2));
    const trail = inFile('trail.ndjson.gz', gzipSync(lines(world.events)));
    const ran = await run(['--files', join(dir, 'logs'), '--trail', trail, '--json']);
    const summary = JSON.parse(ran.out.at(-1) ?? '') as Summary;
    expect(summary).toMatchObject({ github_entries: 3, repeated: 1, matched: 3, no_attestation: 1 });
  });

  it('says it to people, with nothing of what others wrote acting on their terminal', async () => {
    world.push(100, { isUnattested: true });
    world.entry(100);
    world.entry(200, { actor: 'evil\u001b[2J\u202e', hashed_token: 'foreign' });
    const trail = inFile('trail.ndjson', lines(world.events));
    const { out } = await run(['--files', inFile('github.json', lines(world.entries)), '--trail', trail]);
    expect(out.join('\n')).toMatch(/^[ -~\n]*$/);
    expect(out.join('\n')).toContain(
      'UNSEEN PUSH    2026-01-12T09:03:20.000Z  "acme/app" by "evil\\u001b[2J?", with a token',
    );
    expect(out.at(-1)).toContain('1 unseen pushes, 1 foreign tokens, 1 pushes without attestation.');
  });

  it('leaves nothing on disk', async () => {
    const ours = () => readdirSync(tmpdir()).filter((name) => /^holdshort-reconcile-[A-Za-z0-9]{6}$/.test(name));
    const before = ours();
    world.entry(1);
    await found();
    await run(['--files', inFile('bad.json', '{"action":'), '--trail', inFile('t.ndjson', lines(world.events))]);
    expect(ours()).toEqual(before);
  });

  it('2 where nothing can be told', async () => {
    world.push(100);
    world.entry(100);
    const trail = inFile('trail.ndjson', lines(world.events));
    const log = inFile('github.json', lines(world.entries));
    const empty = inFile('empty.ndjson', '');
    const cases: [string[], RegExp][] = [
      [['--trail', trail], /either --github-api ORG or --files/],
      [['--github-api', 'acme', '--files', log], /either --github-api ORG or --files/],
      [['--github-api', 'acme'], /HOLDSHORT_GITHUB_AUDIT_TOKEN is not set/],
      [['--github-api', 'acme', '--from', '2026-01-01T00:00:00Z'], /keeps Git events for seven days/],
      [['--files', join(dir, 'nowhere')], /is not there/],
      [['--files', inFile('half.json', '{"action":"git.push"'), '--trail', trail], /ends within an entry/],
      [['--files', inFile('other.json', '{"a":1}'), '--trail', trail], /1 of 1 entries are none/],
      [['--files', log, '--trail', empty], /holds no lease of that time/],
      [['--files', empty, '--trail', trail], /holds nothing of that time, although pushes are on record/],
      [['--files', log, '--trail', trail, '--from', 'yesterday'], /--from is no time/],
      [['--files', log, '--trail', trail, '--skew', '-1'], /--skew must be seconds/],
      [['--files', log], /signed in/],
    ];
    for (const [args, words] of cases) {
      const ran = await run(args);
      expect({ args, code: ran.code }).toEqual({ args, code: 2 });
      expect(ran.err.join('\n')).toMatch(words);
    }
  });

  describe('over the interfaces of GitHub and of the control plane', () => {
    let github: Server;
    let controlPlane: FakeControlPlane;
    let asked: { path: string; authorization: string | undefined }[];
    let env: Record<string, string>;
    let answer: (path: string) => { status: number; headers?: Record<string, string>; body: unknown };

    beforeEach(async () => {
      asked = [];
      github = createServer((request, response) => {
        asked.push({ path: request.url ?? '', authorization: request.headers.authorization });
        const { status, headers = {}, body } = answer(request.url ?? '');
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
      });
      await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
      controlPlane = new FakeControlPlane({
        'GET /api/v1/audit/events': (_, query) => [
          200,
          { items: world.events.filter(({ type }) => type === query.get('type')), next: null },
        ],
      });
      const url = await controlPlane.start();
      new SignIns(dir).set(url, { token: 'hst_1', expires_at: '2999-01-01T00:00:00Z', human: { login: 'dave' } });
      env = { HOLDSHORT_CONTROL_PLANE_URL: url, HOLDSHORT_GITHUB_AUDIT_TOKEN: 'ghp_reader' };
    });
    afterEach(async () => {
      await controlPlane.stop();
      await new Promise((resolve) => github.close(resolve));
    });
    const root = (): string => `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
    const api = (...args: string[]) =>
      run(['--github-api', 'acme', '--github-url', root(), '--from', recent(-60), '--settle', '0', ...args], env);
    const recent = (second: number): string => new Date(Date.now() + second * 1000).toISOString();
    const recently = (second: number): number => (Date.now() - BEGIN) / 1000 + second;

    it('reads page after page with the token that the environment holds, and never shows it', async () => {
      world.push(recently(-20));
      const [first, second] = [world.entry(recently(-20)), world.entry(recently(-10), { hashed_token: 'foreign' })];
      const own = world.entry(recently(-5), { action: 'org.audit_log_export', hashed_token: tokenHash('ghp_reader') });
      answer = (path) =>
        path.includes('after=c1')
          ? { status: 200, body: [second, own] }
          : { status: 200, body: [first], headers: { link: `<${root()}/orgs/acme/audit-log?after=c1>; rel="next"` } };
      const { code, out, err } = await api('--json');
      expect(code).toBe(1);
      expect(out.map((line) => (JSON.parse(line) as { kind?: string }).kind)).toEqual([
        'unseen_push',
        'foreign_token',
        undefined,
      ]);
      expect(new URL(asked[0]?.path ?? '', root()).searchParams.get('phrase')).toMatch(
        /^created:\d{4}-\d\d-\d\dT[\d:]+\+00:00\.\.\d{4}-\d\d-\d\dT[\d:]+\+00:00$/,
      );
      expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer ghp_reader', 'Bearer ghp_reader']);
      expect(out.join() + err.join()).not.toContain('ghp_reader');
    });

    it('takes the token to no other host, and waits as long as GitHub asks, within reason', async () => {
      world.entry(recently(-1));
      answer = () => ({ status: 200, body: [], headers: { link: '<http://localhost:1/x>; rel="next"' } });
      expect((await api()).err.join()).toMatch(/next page is at http:\/\/localhost:1/);
      let refusals = 1;
      answer = () => {
        refusals -= 1;
        return refusals >= 0
          ? { status: 429, body: {}, headers: { 'retry-after': '0' } }
          : { status: 200, body: [world.entries[0]] };
      };
      expect((await api()).code).toBe(1);
      answer = () => ({ status: 429, body: {}, headers: { 'retry-after': '3600' } });
      expect((await api()).code).toBe(2);
      answer = () => ({ status: 403, body: {} });
      expect((await api()).err.join()).toMatch(/needs the scope read:audit_log/);
    });
  });
});
