import fc from 'fast-check';
import {
  canonicalJson,
  EventChain,
  eventHash,
  membersOf,
  type AuditEvent,
  type EventDraft,
  type PreparedDraft,
  type SealedEvent,
} from './index.js';

const chain = new EventChain({ emitter: { id: 'agt_1', host: 'bóx', version: '1' }, tenant: 'default' });

/** Names that sort differently as numbers, as UTF-16 and as code points, among others. */
const name = fc.oneof(
  fc.constantFrom(
    '10',
    '2',
    '-1',
    '01',
    'a',
    'B',
    '\ufb01',
    '\u{1f6eb}',
    '',
    '__proto__',
    'toJSON',
    '"',
    '\\',
    '\u0001',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(-0),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('any')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  ),
})).any;
const top = fc.constantFrom('detail', 'request', 'id', 'hash', 'seq', 'agent', 'zzz', 'ab', '0', 'correlation_id');

function sealed(prepared: PreparedDraft): SealedEvent {
  const whole = chain.append(prepared);
  const { event, json, hash, seq } = whole;
  expect(json.toString()).toBe(canonicalJson(event));
  expect(event).toMatchObject({ hash: eventHash(event), tenant: 'default' });
  expect({ hash, seq }).toEqual({ hash: event.hash, seq: event.seq });
  return whole;
}

const withoutPlace = ({ id, seq, prev_hash, hash, time, ...rest }: AuditEvent): object => rest;

test('whatever an event holds, its text is the RFC 8785 form and its hash is over that', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(top, value), { maxLength: 6 }), (entries) => {
      const draft = { type: 'call.read', phase: 'single', correlation_id: 'c', ...Object.fromEntries(entries) };
      const { event: safe } = sealed(chain.prepare(draft as unknown as EventDraft));
      // what is safe stays as it is, whichever way it is written
      const again = sealed({ ...chain.prepare(safe), members: membersOf(safe) }).event;
      expect(withoutPlace(again)).toEqual(withoutPlace(safe));
    }),
    { numRuns: 2000 },
  );
});
