import { describe, describeRange, type ChainBreak, type Placed } from './chain-break.js';

/**
 * A chain does not go on as it should. What was done to it, and to which record, the records that follow tell: a suspicion
 * reads on in its chain until it knows, or until there is nothing more.
 */
export interface Suspicion {
  /** Place in the input of the record that gave rise to it. */
  readonly index: number;
  /** The next record of the chain. @returns what it was, once that is certain */
  next(record: Placed): Finding | undefined;
  /** A signature vouches for this hash of a record. */
  vouch?(seq: number, hash: string): void;
  /** At the end of the input. */
  end(): Finding;
}

/** What it was. `upTo`: records up to this one were rewritten; which is the first, checkpoints may tell better. */
export interface Finding {
  broken: ChainBreak;
  upTo?: number;
}

/** A number was left out: records are gone, or stand elsewhere, or this one does not belong. */
export class Jump implements Suspicion {
  private sawMissing = false;

  constructor(
    private readonly far: Placed,
    private readonly missing: number,
    /** The hash of the record before the jump; undefined where none was read. */
    private readonly before: string | undefined,
    /** A record may come again unchanged. */
    private readonly redeliveries: boolean,
  ) {}

  get index(): number {
    return this.far.index;
  }

  next({ event }: Placed): Finding | undefined {
    const { far } = this;
    if (event.seq === this.missing) this.sawMissing = true;
    if (event.seq === far.event.seq && event.id !== far.event.id)
      return { broken: describe('inserted', far, `is not of its emitter: another record has its place`) };
    if (event.seq === far.event.seq && !this.redeliveries)
      return { broken: describe('inserted', far, 'stands a second time, too early') };
    return this.sawMissing && event.seq > far.event.seq ? this.swapped() : undefined;
  }

  end(): Finding {
    if (this.sawMissing) return this.swapped();
    const { chain_id: chainId, seq, prev_hash: prev } = this.far.event;
    const place = { chainId, from: this.missing, through: seq - 1, index: this.index };
    if (this.before === undefined)
      return {
        broken: describeRange('gap', place, {
          one: 'is missing: the chain does not begin',
          several: 'are missing: the chain does not begin',
        }),
      };
    if (prev === this.before)
      return {
        broken: describeRange('gap', place, {
          one: 'was never written: a number was skipped',
          several: 'were never written: numbers were skipped',
        }),
      };
    return { broken: describeRange('deleted', place, { one: 'is gone', several: 'are gone' }) };
  }

  private swapped(): Finding {
    return { broken: describe('swapped', this.far, `stands before record ${this.missing}`) };
  }
}

/** Two records claim one place and both follow the record before: the next one says which it follows. */
export class Twins implements Suspicion {
  constructor(
    private readonly first: Placed,
    private readonly second: Placed,
    /** The hash that a signature has for this place, where one is known. */
    private vouched: string | undefined,
  ) {}

  get index(): number {
    return this.second.index;
  }

  vouch(seq: number, hash: string): void {
    if (seq === this.second.event.seq) this.vouched = hash;
  }

  next({ event }: Placed): Finding | undefined {
    if (event.seq === this.second.event.seq) return undefined;
    return this.false(event.prev_hash === this.second.event.hash ? this.first : this.second);
  }

  end(): Finding {
    return this.false(this.vouched === this.second.event.hash ? this.first : this.second);
  }

  private false(record: Placed): Finding {
    return { broken: describe('inserted', record, 'is not of its emitter: another record has its place') };
  }
}

/** The record follows another one than the one before it: either of the two is false. */
export class WrongLink implements Suspicion {
  constructor(
    private readonly record: Placed,
    private readonly before: Placed | undefined,
  ) {}

  get index(): number {
    return this.record.index;
  }

  next(next: Placed): Finding | undefined {
    const { event } = this.record;
    if (next.event.seq === event.seq && next.event.prev_hash === this.before?.event.hash)
      return { broken: describe('inserted', this.record, 'is not of its emitter: another record has its place') };
    return next.event.seq === event.seq + 1 && next.event.prev_hash === event.hash ? this.rewritten() : this.end();
  }

  end(): Finding {
    return { broken: describe('broken_link', this.record, 'does not follow the record before it') };
  }

  private rewritten(): Finding {
    if (!this.before) return this.end();
    const broken = describe('rewritten', this.before, 'is not the one that the records after it follow');
    return { broken, upTo: this.before.event.seq };
  }
}
