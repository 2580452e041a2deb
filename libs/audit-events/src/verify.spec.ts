import {
  EventChain,
  verifyChain,
  verifyOutcomes,
  eventHash,
  EVENT_CATALOGUE,
  EVENT_TYPES,
  type AuditEvent,
  type EventDraft,
} from './index.js';

const chain = (id = 'agt_1'): EventChain =>
  new EventChain({ emitter: { id, host: 'box', version: '1' }, tenant: 'default' });
const add = (to: EventChain, more: Partial<EventDraft> = {}): AuditEvent =>
  to.append(to.prepare({ type: 'call.read', phase: 'single', correlation_id: 'c', ...more })).event;
const whole = (count = 6): AuditEvent[] => {
  const one = chain();
  return Array.from({ length: count }, () => add(one));
};
const at = (events: AuditEvent[], index: number): AuditEvent => {
  const event = events[index];
  if (!event) throw new Error('no such event');
  return event;
};

test('whole chains, interleaved, are whole', async () => {
  const [a, b] = [whole(), whole()];
  const mixed = a.flatMap((event, index) => [event, at(b, index)]);
  const verdict = await verifyChain(mixed);
  expect(verdict).toMatchObject({ ok: true, events: 12 });
  if (verdict.ok)
    expect(verdict.chains.get(at(a, 0).chain_id)).toMatchObject({ first: 1, last: 6, head: at(a, 5).hash });
});

test.each<[string, (events: AuditEvent[]) => AuditEvent[], string, number]>([
  [
    'an edited field',
    (e) => e.map((event, n) => (n === 2 ? { ...event, correlation_id: 'other' } : event)),
    'edited',
    3,
  ],
  [
    'a field that was added',
    (e) => e.map((event, n) => (n === 2 ? { ...event, session_id: 's' } : event)),
    'edited',
    3,
  ],
  ['a record that is gone', (e) => e.toSpliced(2, 1), 'deleted', 3],
  ['a start that is gone', (e) => e.slice(1), 'gap', 1],
  ['two records in wrong order', (e) => [at(e, 0), at(e, 2), at(e, 1), ...e.slice(3)], 'swapped', 3],
  [
    'two that change places far apart',
    (e) => [at(e, 4), at(e, 1), at(e, 2), at(e, 3), at(e, 0), at(e, 5)],
    'swapped',
    5,
  ],
  ['a record that stands twice', (e) => [...e.slice(0, 3), at(e, 2), ...e.slice(3)], 'inserted', 3],
  ['a copy that stands too early', (e) => [at(e, 0), at(e, 3), ...e.slice(1)], 'inserted', 4],
])('%s is named: %#', async (_, damage, kind, seq) => {
  expect(await verifyChain(damage(whole()))).toMatchObject({ ok: false, broken: { kind, seq } });
});

test('a record rewritten with a hash of its own is named by the link after it', async () => {
  const one = chain();
  const events = [add(one), add(one)];
  const mark = one.mark();
  add(one);
  const next = [add(one), add(one)];
  one.rewind(mark);
  const forged = add(one, { correlation_id: 'forged' });
  expect(await verifyChain([...events, forged, ...next])).toMatchObject({
    ok: false,
    broken: { kind: 'rewritten', seq: 3, id: forged.id },
  });
  expect(await verifyChain([...events, forged, at(next, 0)])).toMatchObject({
    ok: false,
    broken: { kind: 'broken_link', seq: 4 },
  });
});

describe('a record that somebody put in', () => {
  const forgedAt = (events: AuditEvent[], seq: number, prev: string): AuditEvent => {
    const forged = { ...at(events, seq - 1), id: '01890000-0000-7000-8000-000000000000', prev_hash: prev };
    return { ...forged, hash: eventHash(forged) };
  };
  const put = (events: AuditEvent[], index: number, one: AuditEvent): AuditEvent[] => events.toSpliced(index, 0, one);

  test.each<[string, (e: AuditEvent[], forge: typeof forgedAt) => [AuditEvent[], AuditEvent]]>([
    ['before the true one, linked', (e, forge) => [e, forge(e, 3, at(e, 1).hash)]],
    ['before the true one, not linked', (e, forge) => [e, forge(e, 3, 'a'.repeat(64))]],
    ['with a number far ahead', (e, forge) => [e, forge(e, 5, at(e, 1).hash)]],
    ['with a number long past', (e, forge) => [e, forge(e, 1, '0'.repeat(64))]],
  ])('is named: %s', async (_, make) => {
    const [events, forged] = make(whole(), forgedAt);
    expect(await verifyChain(put(events, 2, forged))).toMatchObject({
      ok: false,
      broken: { kind: 'inserted', id: forged.id, index: 2 },
    });
  });

  test('is named though it stands after the true one', async () => {
    const events = whole();
    const forged = forgedAt(events, 3, at(events, 1).hash);
    expect(await verifyChain(put(events, 3, forged))).toMatchObject({
      ok: false,
      broken: { kind: 'inserted', id: forged.id, index: 3 },
    });
  });
});

test('redelivered records pass where the input is at-least-once, changed ones do not', async () => {
  const events = whole();
  const redelivered = [...events, ...events.slice(2), ...events.slice(2)];
  expect(await verifyChain(redelivered, { redeliveries: true })).toMatchObject({ ok: true });
  const other = chain();
  add(other);
  const fake = { ...add(other), chain_id: at(events, 0).chain_id };
  expect(await verifyChain([...events, { ...fake, hash: eventHash(fake) }], { redeliveries: true })).toMatchObject({
    ok: false,
    broken: { kind: 'inserted' },
  });
});

test('a part of a chain verifies where that is allowed', async () => {
  expect(await verifyChain(whole().slice(3), { partialStart: true })).toMatchObject({ ok: true });
});

const attempt = (to: EventChain, id: string): AuditEvent =>
  add(to, { type: 'call.write', phase: 'attempt', correlation_id: id });
const outcome = (to: EventChain, id: string, recovered = false): AuditEvent =>
  add(to, {
    type: 'call.write',
    phase: 'outcome',
    correlation_id: id,
    outcome: 'success',
    ...(recovered ? { detail: { recovered } } : {}),
  });

test('each attempt with its outcome, one of them recovered by a later boot, is in order', async () => {
  const [first, second] = [chain(), chain()];
  const events = [
    attempt(first, 'a'),
    outcome(first, 'a'),
    attempt(first, 'b'),
    outcome(second, 'b', true),
    add(second),
  ];
  expect(await verifyOutcomes([...events, ...events])).toEqual({ ok: true, attempts: 2, outcomes: 2, problems: [] });
});

test.each<[string, () => AuditEvent[]]>([
  ['no_outcome', () => [attempt(chain(), 'a')]],
  ['no_attempt', () => [outcome(chain(), 'a')]],
  ['foreign_chain', () => [attempt(chain(), 'a'), outcome(chain(), 'a')]],
  ['no_outcome', () => [attempt(chain('one'), 'a'), outcome(chain('two'), 'a', true)]],
])('%s is found', async (kind, events) => {
  const verdict = await verifyOutcomes(events());
  expect(verdict.ok).toBe(false);
  expect(verdict.problems[0]?.kind).toBe(kind);
});

test('a second attempt or outcome is found', async () => {
  const one = chain();
  const events = [attempt(one, 'a'), attempt(one, 'a'), outcome(one, 'a'), outcome(one, 'a')];
  expect((await verifyOutcomes(events)).problems.map((problem) => problem.kind)).toEqual([
    'second_attempt',
    'second_outcome',
  ]);
});

test('every type has a catalogue entry and a code of its own', () => {
  expect(Object.keys(EVENT_CATALOGUE)).toEqual(Object.keys(EVENT_TYPES));
  expect(new Set(Object.values(EVENT_TYPES)).size).toBe(Object.keys(EVENT_TYPES).length);
});
