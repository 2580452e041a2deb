import {
  attestPush,
  AuditKeys,
  checkAttestation,
  EventChain,
  isAttestable,
  readPushAttestation,
  SigningKey,
  type AuditEvent,
  type DsseEnvelope,
  type EventDraft,
} from '../index.js';
import { certify, endKey, TENANT } from '../testing/signed-trail.js';
import { preAuthEncoding } from './dsse.js';

const COMMIT = 'c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe';
const OLD = '5e7a1c9d0b3f4a6e8c2d1f0a9b8c7d6e5f4a3b2c';
const AGENT = 'agt_1';
const AT = '2026-02-01T10:00:00.000Z';

const draft = (more: Partial<EventDraft> = {}): EventDraft => ({
  type: 'call.write',
  phase: 'outcome',
  correlation_id: 'cor_1',
  session_id: 'ses_1',
  human: { sub: 'u1', login: 'alice', email: 'alice@example.test', idp: 'https://idp.example.test' },
  ai: { tool: 'copilot', model: 'gpt-5' },
  target: { host: 'github.com', repo: 'acme/app', repo_id: '7' },
  request: { surface: 'git', operation: 'git/receive-pack', class: 'write', intents: [], method: 'POST', path: '/x' },
  push: [
    { ref: 'refs/heads/fix', old: OLD, new: COMMIT, kind: 'update', result: 'ok' },
    { ref: 'refs/tags/v1', old: '0'.repeat(40), new: 'a'.repeat(40), kind: 'create', result: 'ok' },
    { ref: 'refs/heads/gone', old: OLD, new: '0'.repeat(40), kind: 'delete', result: 'ok' },
    { ref: 'refs/heads/main', old: OLD, new: COMMIT, kind: 'update', result: 'protected branch hook declined' },
  ],
  decision: { id: 'dec_1', effect: 'allow', rules: ['p1'], policy_version: 'pol_1', reason: ['policy_permits'] },
  approval: { id: 'apr_1', approvers: ['sam'], at: AT, digest: 'd' },
  outcome: 'success',
  ...more,
});

function sealed(from: EventDraft): AuditEvent {
  const chain = new EventChain({ emitter: { id: AGENT, host: 'box', version: '1' }, tenant: TENANT });
  return chain.append(chain.prepare(from)).event;
}

async function world(more: Partial<EventDraft> = {}) {
  const [root, key] = [SigningKey.generate(), SigningKey.generate()];
  const statements = [await certify(root, 'control-plane', root), await certify(root, AGENT, key)];
  const event = sealed(draft(more));
  const [attestation] = await attestPush(event, key, AT);
  if (!attestation) throw new Error('nothing to attest');
  return { root, key, statements, keys: AuditKeys.read(statements), event, envelope: attestation.envelope };
}

const objectionOf = (envelope: unknown, keys: AuditKeys, more: { commit?: string; event?: AuditEvent } = {}) =>
  checkAttestation(envelope, { keys, ...more }).objection;

const payloadOf = ({ payload }: DsseEnvelope): object =>
  JSON.parse(Buffer.from(payload, 'base64').toString()) as object;

const withPayload = (envelope: DsseEnvelope, payload: object): DsseEnvelope => ({
  ...envelope,
  payload: Buffer.from(JSON.stringify(payload)).toString('base64'),
});

/** Each leaf of a value, replaced by something else; as [path, the whole with it]. */
function alterations(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null)
    return [
      [
        path,
        typeof value === 'number'
          ? value + 1
          : `${String(value).slice(0, -1)}${String(value).endsWith('x') ? 'y' : 'x'}`,
      ],
    ];
  return Object.entries(value).flatMap(([name, entry]) =>
    [...alterations(entry, `${path}/${name}`), [`${path}/${name} removed`, undefined] as [string, unknown]].map(
      ([at, altered]): [string, unknown] => {
        const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
        if (altered === undefined) Reflect.deleteProperty(copy, name);
        else copy[name] = altered;
        return [at, copy];
      },
    ),
  );
}

test('the encoding is that of the DSSE protocol', () => {
  // The test vector of secure-systems-lab/dsse, protocol.md.
  expect(preAuthEncoding('http://example.com/HelloWorld', 'hello world')).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
  expect(preAuthEncoding('é', 'ü')).toBe('DSSEv1 2 é 2 ü');
});

test('an accepted push becomes an in-toto statement on each new tip, and on nothing else', async () => {
  const { envelope, keys, event } = await world();
  expect(envelope.payloadType).toBe('application/vnd.in-toto+json');
  expect(payloadOf(envelope)).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: 'github.com/acme/app@refs/heads/fix', digest: { gitCommit: COMMIT } },
      { name: 'github.com/acme/app@refs/tags/v1', digest: { gitObject: 'a'.repeat(40) } },
    ],
    predicateType: 'https://holdshort.dev/attestation/push/v1',
    predicate: {
      tenant: TENANT,
      repository: { host: 'github.com', name: 'acme/app', id: '7' },
      refs: [
        { ref: 'refs/heads/fix', old: OLD, new: COMMIT, kind: 'update' },
        { ref: 'refs/tags/v1', old: '0'.repeat(40), new: 'a'.repeat(40), kind: 'create' },
      ],
      session: 'ses_1',
      engineer: { sub: 'u1', login: 'alice', email: 'alice@example.test', idp: 'https://idp.example.test' },
      assistant: { tool: 'copilot', model: 'gpt-5' },
      decision: { id: 'dec_1', effect: 'allow', policies: ['p1'] },
      policy: { version: 'pol_1' },
      approval: { id: 'apr_1', approvers: ['sam'], at: AT, digest: 'd' },
      event: {
        id: event.id,
        hash: event.hash,
        chain_id: event.chain_id,
        seq: 1,
        time: event.time,
        correlation_id: 'cor_1',
      },
      agent: AGENT,
      attested_at: AT,
    },
  });
  expect(checkAttestation(envelope, { keys, commit: COMMIT, event })).toMatchObject({ compared: true });
  expect(objectionOf(envelope, keys, { commit: COMMIT, event })).toBeUndefined();
  expect(objectionOf(envelope, keys, { commit: OLD })).toMatch(/not about 5e7a/);
});

test('a repository with SHA-256 ids is attested like any other', async () => {
  const id = 'b'.repeat(64);
  const push = [{ ref: 'refs/heads/x', old: '0'.repeat(64), new: id, kind: 'create' as const, result: 'ok' }];
  const { envelope, keys } = await world({ push });
  expect(objectionOf(envelope, keys, { commit: id })).toBeUndefined();
});

test('what was refused, failed, only deletes, or is no outcome has nothing to attest', () => {
  const gone = { ref: 'refs/heads/x', old: OLD, new: '0'.repeat(40), kind: 'delete' as const, result: 'ok' };
  const cases: Partial<EventDraft>[] = [
    { phase: 'attempt' },
    { push: [gone] },
    { push: [{ ...gone, new: COMMIT, kind: 'update', result: 'stale info' }] },
    { push: undefined },
    { target: { host: 'github.com' } },
  ];
  for (const more of cases) expect(isAttestable(sealed(draft(more)))).toBe(false);
  expect(isAttestable(sealed(draft()))).toBe(true);
});

test('any member of the statement altered or removed fails, and so does any member of the envelope', async () => {
  const { envelope, keys, event } = await world();
  const altered = alterations(payloadOf(envelope));
  expect(altered.length).toBeGreaterThan(60);
  for (const [path, statement] of altered) {
    const verdict = objectionOf(withPayload(envelope, statement as object), keys, { commit: COMMIT });
    expect({ path, fails: verdict !== undefined }).toEqual({ path, fails: true });
  }
  for (const [path, changed] of alterations(envelope))
    expect({ path, fails: objectionOf(changed, keys) !== undefined }).toEqual({ path, fails: true });
  // written in another way, it is not what was signed either
  const spaced = { ...envelope, payload: Buffer.from(JSON.stringify(payloadOf(envelope), null, 1)).toString('base64') };
  expect(objectionOf(spaced, keys, { event })).toMatch(/does not count: its signature is not one of the key/);
});

test('a member that is signed, but is not what the record says, is named', async () => {
  const { key, keys, event } = await world();
  const resign = async (change: (event: AuditEvent) => AuditEvent) => {
    const [attestation] = await attestPush(change(event), key, AT);
    return objectionOf(attestation?.envelope, keys, { event });
  };
  expect(await resign((e) => ({ ...e, session_id: 'ses_2' }))).toBe(
    'says something else than its event: predicate.session',
  );
  expect(
    await resign((e) => ({ ...e, approval: { id: 'apr_1', approvers: ['sam', 'bob'], at: AT, digest: 'd' } })),
  ).toBe('says something else than its event: predicate.approval.approvers');
  expect(await resign((e) => ({ ...e, push: e.push?.map((entry) => ({ ...entry, old: COMMIT })) }))).toBe(
    'says something else than its event: predicate.refs.0.old',
  );
  expect(await resign((e) => ({ ...e, hash: '0'.repeat(64) }))).toMatch(/^names the event .* with the hash 0000/);
});

test('the record must be whole itself', async () => {
  const { keys, envelope, event } = await world();
  expect(objectionOf(envelope, keys, { event: { ...event, outcome: 'failed' } })).toBe(
    `names the event ${event.id}, which is not as it was written`,
  );
});

test('only a key of that agent counts, from when to when it is certified', async () => {
  const { root, key, statements, envelope, event } = await world();
  const other = SigningKey.generate();
  const withMore = async (...more: unknown[]) => AuditKeys.read([...statements, ...(await Promise.all(more))]);
  const [byOther] = await attestPush(event, other, AT);
  expect(objectionOf(byOther?.envelope, await withMore())).toMatch(/which nobody certified/);
  expect(objectionOf(byOther?.envelope, await withMore(certify(root, 'agt_2', other)))).toMatch(/by a key of agt_2/);
  const late = await withMore(certify(root, AGENT, other, '2026-02-05T00:00:00.000Z'));
  expect(objectionOf(byOther?.envelope, late)).toMatch(/its key counts from 2026-02-05/);
  const revoked = (from: string) => withMore(endKey(root, key, 'revoked', from));
  expect(objectionOf(envelope, await revoked('2026-02-01T09:59:59.000Z'))).toBe(
    'does not count: its key was revoked at 2026-02-01T09:59:59.000Z',
  );
  expect(objectionOf(envelope, await revoked('2026-02-01T10:00:01.000Z'))).toBeUndefined();
  const impostor = await world();
  expect(objectionOf(envelope, impostor.keys)).toMatch(/which nobody certified/);
});

test('what is no attestation is read as none, and never throws', async () => {
  const { envelope } = await world();
  const cases: [unknown, RegExp][] = [
    [null, /not a JSON object/],
    [{ ...envelope, payload: 'e30' }, /payload is not base64/],
    [{ ...envelope, payload: '/w==' }, /not UTF-8/],
    [{ ...envelope, signatures: [] }, /signatures/],
    [{ ...envelope, payloadType: 'text/plain' }, /has the payload type "text\/plain"/],
    [{ ...envelope, payload: 'e30=' }, /is no statement on a push: _type/],
    [{ ...envelope, payload: 'bm8=' }, /holds no JSON/],
  ];
  for (const [value, problem] of cases) {
    const read = readPushAttestation(value);
    expect('problem' in read && read.problem).toMatch(problem);
  }
});

test('a push of many refs has several statements, each of which an event can hold whole', async () => {
  const push = Array.from({ length: 120 }, (_, n) => ({
    ...{ ref: `refs/heads/${'n'.repeat(200)}${n}`, old: OLD, new: COMMIT, kind: 'update' as const, result: 'ok' },
  }));
  const event = sealed(draft({ push }));
  const key = SigningKey.generate();
  const all = await attestPush(event, key, AT);
  expect(all.map(({ refs }) => refs.length)).toEqual([50, 50, 20]);
  const chain = new EventChain({ emitter: { id: AGENT, host: 'box', version: '1' }, tenant: TENANT });
  for (const { envelope } of all) {
    const text = JSON.stringify(envelope);
    const kept = chain.prepare({ ...draft({ push: [] }), detail: { envelope: text, event_id: event.id } });
    expect(chain.append(kept).event.detail).toEqual({ envelope: text, event_id: event.id });
  }
});
