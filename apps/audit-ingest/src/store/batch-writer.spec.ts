import { createLogger } from '@holdshort/telemetry';
import { BatchWriter } from './batch-writer.js';
import type { StoreResult } from './event-store.js';
import type { Incoming } from './incoming.js';

const silent = createLogger('test', 'error', { write: () => undefined });
const never = new AbortController().signal;

/** A store that does what it is told, when it is told. */
class SlowStore {
  readonly calls: { names: string[]; answer: (refused?: Incoming[]) => void; fail: () => void }[] = [];

  store(batch: readonly Incoming[]): Promise<StoreResult> {
    return new Promise((resolve, reject) => {
      const answer = (refused: Incoming[] = []): void => {
        const quarantined = refused.map((incoming) => ({ incoming, reason: 'r' }));
        resolve({ inserted: batch.length - refused.length, repeated: 0, quarantined, events: [] });
      };
      const fail = (): void => {
        reject(new Error('the database is away'));
      };
      this.calls.push({ names: batch.map(({ value }) => String(value)), answer, fail });
    });
  }
}

let store: SlowStore;
let writer: BatchWriter;
beforeEach(() => {
  store = new SlowStore();
  const metrics = { stored: () => undefined, failed: () => undefined };
  writer = new BatchWriter({
    store,
    metrics,
    tracing: { note: () => undefined },
    logger: silent,
    ready: Promise.resolve(),
  });
});

const one = (name: string, source: Incoming['source'] = 'kafka'): Incoming => ({ value: Buffer.from(name), source });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const called = (): string[][] => store.calls.map(({ names }) => names);

test('three transactions at most are under way, and what waits goes into one, in its order', async () => {
  const written = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => writer.write([one(name)], never));
  await turn();
  expect(called()).toEqual([['a'], ['b'], ['c']]);
  store.calls[0]?.answer();
  await written[0];
  await turn();
  expect(called()).toEqual([['a'], ['b'], ['c'], ['d', 'e', 'f']]);
  for (const { answer } of store.calls.slice(1)) answer();
  expect(await Promise.all(written)).toEqual([[], [], [], [], [], []]);
});

test('a transaction has a bound of rows, and is of one source', async () => {
  const large = Array.from({ length: 1500 }, () => one('x'));
  for (const name of ['a', 'b', 'z']) void writer.write([one(name)], never);
  for (const batch of [large, large, [one('c')], [one('r', 'relay')], [one('d')]]) void writer.write(batch, never);
  await turn();
  for (let n = 0; n < 7; n += 1) {
    store.calls[n]?.answer();
    await turn();
  }
  expect(called().map((names) => `${names.length} to ${names.at(-1) ?? ''}`)).toEqual([
    '1 to a',
    '1 to b',
    '1 to z',
    '1500 to x',
    '1501 to c',
    '1 to r',
    '1 to d',
  ]);
});

test('each hears of its own refused records only', async () => {
  const [b, c] = [one('b'), one('c')];
  for (const name of ['1', '2', '3']) void writer.write([one(name)], never);
  const written = [writer.write([one('a'), b], never), writer.write([c], never)];
  await turn();
  store.calls[0]?.answer();
  await turn();
  store.calls[3]?.answer([b]);
  expect(await Promise.all(written)).toEqual([[{ incoming: b, reason: 'r' }], []]);
});

test('a failing store is asked again, with the same, until it is done', async () => {
  const written = writer.write([one('a')], never);
  await turn();
  store.calls[0]?.fail();
  while (store.calls.length < 2) await turn();
  expect(writer.healthy).toBe(false);
  store.calls[1]?.answer();
  expect(await written).toEqual([]);
  expect(called()).toEqual([['a'], ['a']]);
  expect(writer.healthy).toBe(true);
});

test('who stops waiting is let go at once; what nobody waits for is not tried again, and others go on', async () => {
  const leaving = new AbortController();
  const left = writer.write([one('a')], leaving.signal);
  const alsoLeft = writer.write([one('x')], leaving.signal);
  const stays = writer.write([one('b')], never);
  await turn();
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  await expect(alsoLeft).rejects.toThrow('gone');
  store.calls[0]?.fail();
  await turn();
  expect(called()).toEqual([['a'], ['x'], ['b']]);
  store.calls[2]?.answer();
  expect(await stays).toEqual([]);
});
