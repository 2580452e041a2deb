import { eventHash, SigningKey, signStatement, type AuditEvent, type BreakKind, type Checkpoint } from '../index.js';
import type { SeededRandom } from './random.js';

/** Some records of a chain with the checkpoints that end within them; the first record has number `from`. */
export interface Stretch {
  from: number;
  events: readonly AuditEvent[];
  checkpoints: readonly Checkpoint[];
}

/** What somebody with the store made of it, and what a verifier is to say. */
export interface Tampered {
  events: readonly AuditEvent[];
  checkpoints: readonly Checkpoint[];
  expected: { kind: BreakKind; seq: number; id?: string };
}

export type Tampering = (stretch: Stretch, seq: number, random: SeededRandom) => Tampered | Promise<Tampered>;

const indexOf = ({ from }: Stretch, seq: number): number => seq - from;
const recordOf = (stretch: Stretch, seq: number): AuditEvent => {
  const event = stretch.events[indexOf(stretch, seq)];
  if (!event) throw new Error(`record ${seq} is not in the stretch`);
  return event;
};

/** The hash computed anew: what anybody can do. */
const sealed = (event: AuditEvent): AuditEvent => ({ ...event, hash: eventHash(event) });

/** The records from `seq` on, each following the one before anew. */
function rechained(events: readonly AuditEvent[], change: (event: AuditEvent, place: number) => object): AuditEvent[] {
  let prev = events[0]?.prev_hash ?? '';
  return events.map((event, place) => {
    const forged = sealed({ ...event, ...change(event, place), prev_hash: prev });
    prev = forged.hash;
    return forged;
  });
}

const CHANGES: readonly ((event: AuditEvent) => object)[] = [
  () => ({ correlation_id: 'forged' }),
  () => ({ outcome: 'failure' }),
  () => ({ human: { sub: 'dev-mallory', login: 'mallory', idp: 'x' } }),
  ({ time }) => ({ time: new Date(Date.parse(time) - 1).toISOString() }),
  ({ agent }) => ({ agent: { ...agent, host: 'elsewhere' } }),
];
const changeOf = (random: SeededRandom): ((event: AuditEvent) => object) =>
  CHANGES[random.between(0, CHANGES.length - 1)] ?? (() => ({}));

const edit: Tampering = (stretch, seq, random) => {
  const record = recordOf(stretch, seq);
  const changed = { ...record, ...changeOf(random)(record) };
  const events = stretch.events.with(indexOf(stretch, seq), changed);
  return { ...stretch, events, expected: { kind: 'edited', seq, id: record.id } };
};

const remove: Tampering = (stretch, seq) => {
  const events = stretch.events.toSpliced(indexOf(stretch, seq), 1);
  return { ...stretch, events, expected: { kind: 'deleted', seq } };
};

const swap: Tampering = (stretch, seq, random) => {
  const later = seq + random.between(1, 20);
  const [one, other] = [recordOf(stretch, seq), recordOf(stretch, later)];
  const events = stretch.events.with(indexOf(stretch, seq), other).with(indexOf(stretch, later), one);
  return { ...stretch, events, expected: { kind: 'swapped', seq: later, id: other.id } };
};

const insert: Tampering = (stretch, seq) => {
  const id = '00000000-0000-7000-8000-000000000000';
  const forged = sealed({ ...recordOf(stretch, seq), id, correlation_id: 'forged' });
  const events = stretch.events.toSpliced(indexOf(stretch, seq), 0, forged);
  return { ...stretch, events, expected: { kind: 'inserted', seq, id } };
};

/** With the checkpoints over what is gone, but for the last: what a countersigned head, or one on another topic, still says. */
const cutTail: Tampering = (stretch, seq) => {
  const events = stretch.events.slice(0, indexOf(stretch, seq));
  const checkpoints = stretch.checkpoints.filter((one, n, all) => one.seq < seq || n === all.length - 1);
  return { events, checkpoints, expected: { kind: 'cut_tail', seq } };
};

const wrongKey: Tampering = async (stretch, seq) => {
  const place = stretch.checkpoints.findIndex((one) => one.seq >= seq);
  const { kid: _kid, sig: _sig, ...statement } = stretch.checkpoints[place] as Checkpoint;
  const forged = await signStatement(statement, SigningKey.generate());
  return {
    ...stretch,
    checkpoints: stretch.checkpoints.with(place, forged),
    expected: { kind: 'wrong_key', seq: forged.seq },
  };
};

/** An emitter whose numbers jump: the records follow each other, but one number was never given. */
const gap: Tampering = (stretch, seq) => {
  const at = indexOf(stretch, seq);
  const later = rechained(stretch.events.slice(at), (event) => ({ seq: event.seq + 1 }));
  const checkpoints = stretch.checkpoints.filter((one) => one.seq < seq);
  return { events: [...stretch.events.slice(0, at), ...later], checkpoints, expected: { kind: 'gap', seq } };
};

const recompute: Tampering = (stretch, seq, random) => {
  const at = indexOf(stretch, seq);
  const change = changeOf(random);
  const later = rechained(stretch.events.slice(at), (event, place) => (place === 0 ? change(event) : {}));
  return { ...stretch, events: [...stretch.events.slice(0, at), ...later], expected: { kind: 'rewritten', seq } };
};

export const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  edit,
  delete: remove,
  swap,
  insert,
  'cut tail': cutTail,
  'wrong key': wrongKey,
  gap,
  'hashes computed anew': recompute,
};
