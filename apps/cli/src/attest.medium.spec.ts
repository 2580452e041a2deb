import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  attestPush,
  SigningKey,
  signStatement,
  type AuditEvent,
  type DsseEnvelope,
  type EventDraft,
} from '@holdshort/audit-events';
import { runCli } from './program.js';
import { SignIns } from './sign-ins.js';
import { linesOf, sealAll, signTrail, type CliTrail } from './test-support/cli-trail.js';
import { FakeControlPlane } from './test-support/fake-control-plane.js';

const COMMIT = 'c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe';
const OTHER = 'd'.repeat(40);
const OUTCOME: EventDraft = {
  ...{ type: 'call.write', phase: 'outcome', correlation_id: 'cor_1', session_id: 'ses_1', outcome: 'success' },
  human: { sub: 'u1', login: 'alice', idp: 'https://idp.example.test' },
  ai: { tool: 'copilot' },
  target: { host: 'github.com', repo: 'acme/app' },
  request: { surface: 'git', operation: 'git/receive-pack', class: 'write', intents: [], method: 'POST', path: '/x' },
  decision: { id: 'dec_1', effect: 'allow', rules: ['p1'], policy_version: 'pol_1', reason: ['policy_permits'] },
  push: [{ ref: 'refs/heads/fix', old: '0'.repeat(40), new: COMMIT, kind: 'create', result: 'ok' }],
};

describe('holdshort attest', () => {
  let dir: string;
  let trail: CliTrail;
  let envelope: DsseEnvelope;
  let controlPlane: FakeControlPlane;
  let env: Record<string, string>;

  beforeAll(async () => {
    const [root, key] = [SigningKey.generate(), SigningKey.generate()];
    // a chain gives its events new ids at each sealing: outcome and attestation are sealed together, the text put in between
    const [outcome] = sealAll([OUTCOME]);
    if (!outcome) throw new Error('nothing was sealed');
    const [made] = await attestPush(outcome, key);
    if (!made) throw new Error('nothing was attested');
    envelope = made.envelope;
    const attested = sealAll([
      {
        ...{ type: 'push.attested', phase: 'single', correlation_id: 'cor_1', outcome: 'success' },
        target: { host: 'github.com', repo: 'acme/app' },
        push: made.refs,
        detail: { envelope: JSON.stringify(envelope), event_id: outcome.id },
      },
    ]);
    trail = await signTrail([outcome, ...attested], root, key);
  });

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'holdshort-attest-'));
    controlPlane = new FakeControlPlane({
      'GET /api/v1/audit/keys': () => [200, { items: trail.statements, next: null }],
      'GET /api/v1/audit/events': (_, query) => {
        const names = ({ push, type }: AuditEvent) =>
          type === query.get('type') && push?.some(({ new: id }) => id === query.get('commit'));
        return [200, { items: trail.events.filter(names), next: null }];
      },
    });
    const url = await controlPlane.start();
    env = { HOLDSHORT_HOME: dir, HOLDSHORT_CONTROL_PLANE_URL: url };
    new SignIns(dir).set(url, { token: 'hst_1', expires_at: '2999-01-01T00:00:00Z', human: { login: 'dave' } });
  });
  afterEach(async () => {
    await controlPlane.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Nobody is signed in, and no control plane is there to ask. */
  const offline = (): Record<string, string> => ({
    HOLDSHORT_HOME: join(dir, 'nobody'),
    HOLDSHORT_CONTROL_PLANE_URL: 'http://127.0.0.1:1',
  });
  async function run(args: string[], environment = env) {
    const [out, err]: [string[], string[]] = [[], []];
    const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
    const code = await runCli({ args: ['attest', ...args], env: environment, cwd: '/', terminal });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }
  const inFile = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const keyFile = (statements: readonly unknown[] = trail.statements): string =>
    inFile('keys.ndjson', statements.map((statement) => `${JSON.stringify(statement)}\n`).join(''));

  it('verifies the attestations of a commit in the trail, against the record they name', async () => {
    const { code, out, err } = await run(['verify', '--commit', COMMIT]);
    expect({ code, out }).toEqual({
      code: 0,
      out: [
        'Good.',
        `Pushed to acme/app: refs/heads/fix -> ${COMMIT} by alice with copilot, session ses_1, policy pol_1; event ${String(trail.events[0]?.id)}, the same in the trail.`,
      ].join('\n'),
    });
    expect(err).toContain(`WARNING: first use. The audit key ${trail.root.kid}`);
    expect((await run(['verify', '--commit', COMMIT])).err).toBe('');
  });

  it('exports the envelope, which verifies offline with the keys and the pinned key of the control plane', async () => {
    const { code, out } = await run(['export', '--commit', COMMIT]);
    expect({ code, envelope: JSON.parse(out) as unknown }).toEqual({ code: 0, envelope });
    const file = inFile('push.json', JSON.stringify(envelope, null, 2));
    const verified = await run(
      ['verify', file, '--commit', COMMIT, '--keys', keyFile(), '--root-key', trail.root.kid, '--json'],
      offline(),
    );
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.out)).toMatchObject({
      ...{ verdict: 'good', root_key: trail.root.kid },
      attestations: [{ verdict: 'good', compared: false, statement: { predicate: { session: 'ses_1' } } }],
    });
  });

  it('reads all of it from an archive', async () => {
    const archive = inFile('trail.ndjson', linesOf(trail));
    expect((await run(['export', '--commit', COMMIT, '--trail', archive], offline())).out).toBe(
      JSON.stringify(envelope),
    );
    const args = ['verify', '--commit', COMMIT, '--trail', archive, '--root-key', trail.root.kid];
    const { code, out } = await run(args, offline());
    expect({ code, isCompared: out.includes('the same in the trail') }).toEqual({ code: 0, isCompared: true });
  });

  it('1 for a commit that nobody attested', async () => {
    expect(await run(['verify', '--commit', OTHER])).toMatchObject({
      code: 1,
      out: `Failed: ${OTHER} is not attested as it should be.\nno attestation of ${OTHER} is there.`,
    });
    expect(await run(['export', '--commit', OTHER])).toMatchObject({
      code: 1,
      err: `No attestation of ${OTHER} is there.`,
    });
  });

  it('1 for another commit, an altered statement, a revoked key, and a record that says something else', async () => {
    const pinned = ['--root-key', trail.root.kid];
    const file = inFile('push.json', JSON.stringify(envelope));
    expect((await run(['verify', file, '--commit', OTHER, '--keys', keyFile(), ...pinned])).out).toContain(
      `The attestation is about ${COMMIT}, not about ${OTHER}.`,
    );
    const statement = Buffer.from(envelope.payload, 'base64').toString().replace('"login":"alice"', '"login":"sam"');
    const forged = { ...envelope, payload: Buffer.from(statement).toString('base64') };
    const altered = await run([
      'verify',
      inFile('altered.json', JSON.stringify(forged)),
      '--keys',
      keyFile(),
      ...pinned,
    ]);
    expect(altered).toMatchObject({
      code: 1,
      out: expect.stringContaining('its signature is not one of the key') as string,
    });
    const end = await signStatement(
      {
        ...{ typ: 'key_end' as const, v: 1 as const, tenant: 'default', key: trail.key.kid },
        ...{ reason: 'revoked' as const, from: '2020-01-02T00:00:00.000Z' },
      },
      trail.root,
    );
    const revoked = await run(['verify', file, '--keys', keyFile([...trail.statements, end]), ...pinned]);
    expect(revoked).toMatchObject({
      code: 1,
      out: expect.stringContaining('its key was revoked at 2020-01-02') as string,
    });
    const [outcome] = trail.events;
    const changed = { ...outcome, session_id: 'ses_9' } as AuditEvent;
    const archive = inFile('trail.ndjson', linesOf({ ...trail, events: [changed, ...trail.events.slice(1)] }));
    const tampered = await run(['verify', '--commit', COMMIT, '--trail', archive, ...pinned]);
    expect(tampered).toMatchObject({
      code: 1,
      out: expect.stringContaining('which is not as it was written') as string,
    });
    const gone = inFile('gone.ndjson', linesOf({ ...trail, events: trail.events.slice(1) }));
    const missing = await run(['verify', '--commit', COMMIT, '--trail', gone, ...pinned]);
    expect(missing).toMatchObject({ code: 1, out: expect.stringContaining('which the trail does not hold') as string });
  });

  it('2 where nothing can be told: a key that nobody pinned, no keys, no file, half a commit', async () => {
    const file = inFile('push.json', JSON.stringify(envelope));
    const cases: [string[], RegExp][] = [
      [['verify', file, '--keys', keyFile()], /of no control plane that is known here/],
      [['verify', file, '--keys', keyFile(), '--root-key', 'A'.repeat(43)], /the key A+ is not there/],
      [['verify', file], /Sign in|signed in/],
      [['verify', '/nowhere.json', '--keys', keyFile()], /cannot be read/],
      [['verify', '--commit', 'c0ffee'], /takes a full id/],
      [['verify'], /name a file or --commit/],
    ];
    for (const [args, words] of cases) {
      const { code, out, err } = await run(args, offline());
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(out + err).toMatch(words);
    }
  });
});
