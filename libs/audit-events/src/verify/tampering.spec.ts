/**
 * This suite proves that of 100,000 records with their checkpoints, whatever somebody with the store but without the keys
 * does at a random place is found, and the record named; 100 times for each kind.
 *
 * Reading 100,000 records takes about two seconds, 800 times is half an hour. So most runs read the stretch around the
 * tampering only, begun after a record that the untouched trail has proven (`starts`), by the same verifier; some read all,
 * and must say the same as their stretch. `HOLDSHORT_TAMPERING=full` reads all every time; HOLDSHORT_TAMPERING_SEED chooses
 * other places.
 */
import { TrailVerifier, type AuditEvent, type Checkpoint, type ChainBreak, type TrailVerdict } from '../index.js';
import { SeededRandom } from '../testing/random.js';
import { EVERY, signedTrail, type SignedTrail } from '../testing/signed-trail.js';
import { TAMPERINGS, type Stretch, type Tampered } from '../testing/tamperings.js';

const RECORDS = 100_000;
const TIMES = 100;
const isFull = process.env['HOLDSHORT_TAMPERING'] === 'full';
/** Of each kind, read from the first record on as well. */
const WHOLE_RUNS = isFull ? TIMES : 1;
const SEED = Number(process.env['HOLDSHORT_TAMPERING_SEED'] ?? 20_260_131);
/** Checkpoints before and after the place. */
const AROUND = 2;

let trail: SignedTrail;
beforeAll(async () => {
  trail = await signedTrail(RECORDS);
}, 120_000);

/** Each checkpoint as soon as its last record is through; what is signed and not there comes at the end. */
function read(
  { events, checkpoints }: { events: readonly AuditEvent[]; checkpoints: readonly Checkpoint[] },
  begun: number,
): TrailVerdict {
  const before = trail.events[begun - 1];
  const starts = before ? new Map([[before.chain_id, { seq: before.seq, hash: before.hash }]]) : undefined;
  const verifier = new TrailVerifier({ keys: trail.keys, redeliveries: true, ...(starts ? { starts } : {}) });
  const waiting = checkpoints.values();
  let next = waiting.next();
  for (const event of events) {
    verifier.addEvent(event);
    for (; !next.done && next.value.seq <= event.seq; next = waiting.next()) verifier.addCheckpoint(next.value);
    if (verifier.settled) break;
  }
  for (; !next.done; next = waiting.next()) verifier.addCheckpoint(next.value);
  return verifier.verdict();
}

const whole = (): Stretch => ({ from: 1, events: trail.events, checkpoints: trail.checkpoints });

/** From a checkpoint's record to another's. */
function around(seq: number): Stretch {
  const at = Math.floor((seq - 1) / EVERY);
  const [low, high] = [Math.max(0, at - AROUND), Math.min(trail.checkpoints.length, at + 1 + AROUND)];
  const checkpoints = trail.checkpoints.slice(low, high);
  const events = trail.events.slice(low * EVERY, high * EVERY);
  return { from: low * EVERY + 1, events, checkpoints };
}

const said = (broken: ChainBreak | undefined) => ({ kind: broken?.kind, seq: broken?.seq, id: broken?.id });

function isFound({ expected }: Tampered, { broken }: TrailVerdict): boolean {
  const { kind, seq, id } = said(broken);
  return kind === expected.kind && seq === expected.seq && (expected.id === undefined || id === expected.id);
}

it('the untouched trail is whole, and vouched for to its end', () => {
  const verdict = read(whole(), 0);
  expect(verdict).toMatchObject({ ok: true, events: RECORDS, unchecked: 0, awaited: 0 });
  expect([...verdict.chains.values()]).toEqual([expect.objectContaining({ vouched: RECORDS })]);
}, 120_000);

it('an untouched stretch is whole: what is found in one was put there', () => {
  for (const seq of [1, 300, 50_000, RECORDS])
    expect(read(around(seq), around(seq).from - 1)).toMatchObject({ ok: true });
});

describe.each(Object.entries(TAMPERINGS))('%s', (name, tamper) => {
  it(`is found at each of ${TIMES} random places, and the record named`, async () => {
    const random = new SeededRandom(SEED + name.length * 7919);
    const missed: object[] = [];
    let [found, readWhole] = [0, 0];
    for (let time = 0; time < TIMES; time += 1) {
      // a swap reaches up to 20 records further; the last record is left to `cut tail`
      const seq = random.between(2, RECORDS - 25);
      const choice = random.between(1, 2 ** 30);
      const stretch = around(seq);
      const tampered = await tamper(stretch, seq, new SeededRandom(choice));
      const verdict = read(tampered, stretch.from - 1);
      if (time < WHOLE_RUNS) {
        const all = await tamper(whole(), seq, new SeededRandom(choice));
        expect({ at: seq, ...said(read(all, 0).broken) }).toEqual({ at: seq, ...said(verdict.broken) });
        readWhole += 1;
      }
      if (isFound(tampered, verdict)) found += 1;
      else missed.push({ at: seq, expected: tampered.expected, ...said(verdict.broken) });
    }
    process.stdout.write(
      `${name}: ${found} of ${TIMES} found and named (${readWhole} by reading all ${RECORDS} records)\n`,
    );
    expect({ found, missed }).toEqual({ found: TIMES, missed: [] });
  }, 1_800_000);
});
