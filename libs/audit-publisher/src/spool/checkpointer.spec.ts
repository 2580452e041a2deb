import { SealedEvent, SigningKey, type Checkpoint, type Signer } from '@holdshort/audit-events';
import fc from 'fast-check';
import { Checkpointer } from './checkpointer.js';

const key = SigningKey.generate();

/** Everything that is under way is ended by the test, by hand. */
class Hand {
  readonly written: Checkpoint[] = [];
  readonly waiting: { what: 'sign' | 'write'; end: () => void }[] = [];
  private failing = 0;
  private seq = 0;
  readonly signer: Signer = { kid: key.kid, sign: async (text) => (await this.turn('sign'), key.sign(text)) };
  readonly checkpointer = new Checkpointer({
    ...{ tenant: 'default', agentId: 'agt_test', clock: () => new Date(0), everyMs: 1e6, openTails: [] },
    write: async (json) => {
      await this.turn('write');
      this.written.push(JSON.parse(json) as Checkpoint);
    },
    onError: () => undefined,
  });

  note(count: number): void {
    const events = Array.from({ length: count }, () => {
      this.seq += 1;
      return new SealedEvent('c', this.seq, this.seq.toString(16).padStart(64, '0'), Buffer.alloc(0));
    });
    this.checkpointer.note(events);
  }

  failNext(): void {
    this.failing += 1;
  }

  /** Ends the oldest step under way. */
  async step(): Promise<void> {
    this.waiting.shift()?.end();
    await new Promise((resolve) => setImmediate(resolve));
  }

  async finish(between: () => void = () => undefined): Promise<void> {
    const finished = { yet: false };
    const done = this.checkpointer.finish().then(() => (finished.yet = true));
    while (!finished.yet) {
      between();
      await this.step();
    }
    await done;
  }

  get noted(): number {
    return this.seq;
  }

  private turn(what: 'sign' | 'write'): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        if (this.failing === 0) resolve();
        else {
          this.failing -= 1;
          reject(new Error('no'));
        }
      };
      this.waiting.push({ what, end });
    });
  }
}

/** Each record lies in the stretch of one checkpoint, and only the last one ends the chain. */
function requireWhole({ written, noted }: Hand): void {
  const last = written.at(-1);
  expect(written.filter(({ final }) => final)).toEqual([last]);
  expect(last?.seq).toBe(noted);
  const news = written.filter(({ from }, n) => from > (written[n - 1]?.seq ?? 0));
  let next = 1;
  for (const { from, seq } of news) {
    expect(from).toBe(next);
    next = seq + 1;
  }
  expect(next).toBe(noted + 1);
}

test('what becomes durable while the last word is being signed is in it', async () => {
  const hand = new Hand();
  hand.checkpointer.use(hand.signer, () => undefined);
  await hand.step();
  hand.note(3);
  let late = 0;
  await hand.finish(() => {
    if (hand.waiting.length > 0 && late++ === 0) hand.note(2);
  });
  expect(hand.written).toMatchObject([{ from: 1, seq: 5, final: true }]);
});

test('a chain that ends while its head is being signed: the last word comes after it and covers the rest', async () => {
  const hand = new Hand();
  hand.checkpointer.use(hand.signer, () => undefined);
  hand.note(300);
  await hand.step();
  hand.note(10);
  await hand.finish();
  expect(hand.written.map(({ from, seq, final }) => [from, seq, final])).toEqual([
    [1, 300, false],
    [301, 310, true],
  ]);
});

test('one whose head was given back, because it could not be written, is covered from there', async () => {
  const hand = new Hand();
  hand.checkpointer.use(hand.signer, () => undefined);
  hand.note(300);
  await hand.step();
  hand.note(10);
  hand.failNext();
  await hand.finish();
  expect(hand.written.map(({ from, seq, final }) => [from, seq, final])).toEqual([[1, 310, true]]);
});

test('whatever happens in whatever order, the last word covers the chain to its end', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constantFrom('step', 'fail')), { maxLength: 30 }),
      fc.array(fc.nat(3), { maxLength: 6 }),
      async (before, during) => {
        const hand = new Hand();
        hand.checkpointer.use(hand.signer, () => undefined);
        hand.note(1);
        for (const what of before) {
          if (what === 'step') await hand.step();
          else if (what === 'fail' && hand.waiting.length > 0) {
            hand.failNext();
            await hand.step();
          } else if (typeof what === 'number') hand.note(what);
        }
        const late = [...during];
        await hand.finish(() => {
          if (hand.waiting[0]?.what === 'sign') hand.note(late.shift() ?? 0);
        });
        requireWhole(hand);
      },
    ),
    { numRuns: 300 },
  ));
