import {
  AuditKeys,
  eventHash,
  SigningKey,
  TrailVerifier,
  type AuditEvent,
  type Checkpoint,
  type TrailVerdict,
  type TrailVerifierOptions,
} from '../index.js';
import { certify, checkpointOf, endKey, EVERY, signedTrail, type SignedTrail } from '../testing/signed-trail.js';

let trail: SignedTrail;
beforeAll(async () => {
  trail = await signedTrail(1000);
});

/** Each checkpoint as soon as its records are through, or `ahead` of them, as two topics may be. */
function* inOrder(events: readonly AuditEvent[], checkpoints: readonly Checkpoint[], ahead = false) {
  const waiting = [...checkpoints];
  if (ahead) yield* waiting.splice(0);
  for (const event of events) {
    yield event;
    while (waiting[0] && waiting[0].seq <= event.seq) yield waiting.shift() as Checkpoint;
  }
  yield* waiting;
}

function verify(
  events: readonly AuditEvent[],
  checkpoints: readonly Checkpoint[],
  options: TrailVerifierOptions & { ahead?: boolean } = {},
): TrailVerdict {
  const verifier = new TrailVerifier({ keys: trail.keys, ...options });
  for (const item of inOrder(events, checkpoints, options.ahead)) {
    if ('typ' in item) verifier.addCheckpoint(item);
    else verifier.addEvent(item);
  }
  return verifier.verdict();
}

const at = (seq: number): AuditEvent => {
  const event = trail.events[seq - 1];
  if (!event) throw new Error('no such record');
  return event;
};

/** As somebody with the store but not the key would: content changed, every hash after it made anew. */
function rewrittenFrom(seq: number, change: Partial<AuditEvent>): AuditEvent[] {
  const events = trail.events.slice(0, seq - 1);
  let prev = at(seq).prev_hash;
  for (const event of trail.events.slice(seq - 1)) {
    const forged = { ...event, ...(event.seq === seq ? change : {}), prev_hash: prev };
    prev = eventHash(forged);
    events.push({ ...forged, hash: prev });
  }
  return events;
}

describe.each([
  ['after their records', false],
  ['ahead of their records', true],
])('checkpoints that come %s', (_, ahead) => {
  test('a whole trail is whole, and vouched for to its end', () => {
    const verdict = verify(trail.events, trail.checkpoints, { ahead });
    expect(verdict).toMatchObject({ ok: true, events: 1000, checkpoints: 4, unchecked: 0, awaited: 0 });
    expect([...verdict.chains.values()]).toEqual([expect.objectContaining({ vouched: 1000, checkpoints: 4 })]);
  });

  test.each([1, 2, 256, 257, 500, 999, 1000])('record %d rewritten with all hashes after it is named', (seq) => {
    const events = rewrittenFrom(seq, { correlation_id: 'forged' });
    expect(verify(events, trail.checkpoints, { ahead }).broken).toMatchObject({ kind: 'rewritten', seq });
    expect(verify(events, trail.checkpoints, { ahead }).broken?.through).toBeUndefined();
  });

  test('without links the range between two checkpoints is named', async () => {
    const bare = await Promise.all(
      trail.checkpoints.map(({ seq }) =>
        checkpointOf(trail.events.slice(seq - 1, seq), trail.key, { links: undefined }),
      ),
    );
    const broken = verify(rewrittenFrom(300, { correlation_id: 'x' }), bare, { ahead }).broken;
    expect(broken).toMatchObject({ kind: 'rewritten', seq: 257, through: 512 });
  });

  test('a tail that is gone shows by the checkpoint after it', () => {
    const broken = verify(trail.events.slice(0, 700), trail.checkpoints.slice(0, 3), { ahead }).broken;
    expect(broken).toMatchObject({ kind: 'cut_tail', seq: 701, through: 768 });
  });

  test.each([
    ['of nobody', (): SigningKey => SigningKey.generate(), 'nobody certified'],
    ['of another emitter', (): SigningKey => trail.root, 'a key of control-plane'],
  ])('a checkpoint signed by a key %s is named', async (_name, key, says) => {
    const forged = await checkpointOf(trail.events.slice(EVERY, 2 * EVERY), key());
    const broken = verify(trail.events, trail.checkpoints.with(1, forged), { ahead }).broken;
    expect(broken).toMatchObject({ kind: 'wrong_key', seq: 512 });
    expect(broken?.message).toContain(says);
  });

  test('a checkpoint that was changed is not one of its key', () => {
    const changed = { ...(trail.checkpoints[1] as Checkpoint), time: '2026-01-01T00:00:00.000Z' };
    expect(verify(trail.events, trail.checkpoints.with(1, changed), { ahead }).broken).toMatchObject({
      kind: 'wrong_key',
      seq: 512,
    });
  });

  test('what an enrolled agent signs of another one’s chain does not count', async () => {
    const other = SigningKey.generate();
    const keys = AuditKeys.read([...trail.statements, await certify(trail.root, 'agt_2', other)]);
    const forged = await checkpointOf(trail.events.slice(EVERY, 2 * EVERY), other, { agent_id: 'agt_2' });
    const broken = verify(trail.events, trail.checkpoints.with(1, forged), { ahead, keys }).broken;
    expect(broken).toMatchObject({ kind: 'wrong_key', seq: 512 });
    expect(broken?.message).toContain('of agt_2, but its chain is one of agt_1');
  });

  test('records after the end that the emitter signed are none of its', async () => {
    const final = await checkpointOf(trail.events.slice(0, 900), trail.key, { final: true });
    expect(verify(trail.events, [final], { ahead }).broken).toMatchObject({ kind: 'inserted', seq: 901 });
  });
});

test('keys count in their time: revoked from a date at once, replaced with two days for clocks that run apart', async () => {
  const first = Date.parse(at(1).time);
  const iso = (ms: number): string => new Date(first + ms).toISOString();
  const withEnd = async (reason: 'revoked' | 'replaced', ms: number): Promise<TrailVerdict> =>
    verify(trail.events, trail.checkpoints, {
      keys: AuditKeys.read([...trail.statements, await endKey(trail.root, trail.key, reason, iso(ms))]),
    });
  expect((await withEnd('revoked', -1)).broken).toMatchObject({ kind: 'wrong_key', seq: 256 });
  expect((await withEnd('revoked', 3_600_000)).ok).toBe(true);
  expect((await withEnd('replaced', -47 * 3_600_000)).ok).toBe(true);
  expect((await withEnd('replaced', -49 * 3_600_000)).broken).toMatchObject({ kind: 'wrong_key' });
  const soon = [trail.statements[0], await certify(trail.root, 'agt_1', trail.key, iso(47 * 3_600_000))];
  expect(verify(trail.events, trail.checkpoints, { keys: AuditKeys.read(soon) }).ok).toBe(true);
  const late = [trail.statements[0], await certify(trail.root, 'agt_1', trail.key, iso(49 * 3_600_000))];
  expect(verify(trail.events, trail.checkpoints, { keys: AuditKeys.read(late) }).broken).toMatchObject({
    kind: 'wrong_key',
    message: expect.stringContaining('counts from'),
  });
});

describe('countersigned heads', () => {
  const claim = (seq: number, more: object = {}) => {
    const { chain_id, hash, time } = at(seq);
    return { by: 'countersigned head' as const, chain_id, agent_id: 'agt_1', seq, hash, time, ...more };
  };
  const verifyWith = (
    events: readonly AuditEvent[],
    checkpoints: readonly Checkpoint[],
    more: object,
    options: TrailVerifierOptions = {},
  ): TrailVerdict => {
    const verifier = new TrailVerifier({ keys: trail.keys, ...options });
    verifier.addClaim(claim(1000, more));
    for (const item of inOrder(events, checkpoints)) {
      if ('typ' in item) verifier.addCheckpoint(item);
      else verifier.addEvent(item);
    }
    return verifier.verdict();
  };

  test('show a tail that was cut with all its checkpoints, and a chain that is gone as a whole', () => {
    expect(verifyWith(trail.events.slice(0, 512), trail.checkpoints.slice(0, 2), {}).broken).toMatchObject({
      kind: 'cut_tail',
      seq: 513,
      through: 1000,
    });
    expect(verifyWith([], [], {}).broken).toMatchObject({ kind: 'cut_tail', seq: 1, through: 1000 });
  });

  test('that are newer than what is settled are awaited, not missed', () => {
    const options = { settled: '2020-01-01T00:00:00.000Z' };
    expect(verifyWith(trail.events.slice(0, 990), trail.checkpoints.slice(0, 3), {}, options)).toMatchObject({
      ok: true,
      awaited: 10,
    });
  });

  test('over another record than is there name the first one that its checkpoint does not know', () => {
    const events = rewrittenFrom(900, { correlation_id: 'forged' });
    expect(verifyWith(events, trail.checkpoints, {}).broken).toMatchObject({ kind: 'rewritten', seq: 900 });
    expect(verifyWith(events, trail.checkpoints.slice(0, 3), {}).broken).toMatchObject({
      kind: 'rewritten',
      seq: 769,
      through: 1000,
    });
  });
});

test('a list of keys with a false entry, or of another control plane, is worth nothing', async () => {
  const stranger = SigningKey.generate();
  const forged = await certify(stranger, 'agt_1', stranger);
  expect(() => AuditKeys.read([...trail.statements, forged])).toThrow('did not sign what is said of the key');
  expect(() => AuditKeys.read(trail.statements, stranger.kid)).toThrow('is not there');
  expect(() => AuditKeys.read(trail.statements.slice(1))).toThrow('no key of the control plane');
  const [, own] = trail.statements;
  expect(() => AuditKeys.read([...trail.statements, { ...own, owner: 'agt_2' }])).toThrow('did not sign');
  expect(AuditKeys.read(trail.statements, trail.root.kid).root).toBe(trail.root.kid);
});

test('without keys nothing is vouched for, and that is said', () => {
  const verifier = new TrailVerifier();
  for (const item of inOrder(trail.events, trail.checkpoints)) {
    if ('typ' in item) verifier.addCheckpoint(item);
    else verifier.addEvent(item);
  }
  const verdict = verifier.verdict();
  expect(verdict).toMatchObject({ ok: true, checkpoints: 4, unchecked: 4 });
  expect([...verdict.chains.values()][0]).toMatchObject({ vouched: 0 });
});

test('a verified record is a place to begin', () => {
  const { chain_id, seq, hash } = at(512);
  const starts = new Map([[chain_id, { seq, hash }]]);
  const rest = trail.events.slice(512);
  expect(verify(rest, trail.checkpoints.slice(2), { starts })).toMatchObject({ ok: true, events: 488 });
  expect(verify(rest.slice(1), trail.checkpoints.slice(2), { starts }).broken).toMatchObject({
    kind: 'deleted',
    seq: 513,
  });
});
