import { randomFillSync } from 'node:crypto';

/** 12 bits of rand_a serve as a counter within one millisecond (RFC 9562 section 6.2, method 1). */
const COUNTER_LIMIT = 0x1000;

/** A clock that steps back further was wrong before; an id must stay near the time of its event (the store asks for a day). */
const FOLLOWED_BACK_MS = 3_600_000;

/**
 * Makes UUIDv7 that sort in the order they were made, even where the clock stands still or steps back; but for one step back
 * of more than an hour, which is followed (RFC 9562 section 6.2, on rollbacks): what keeps ids apart is their random part.
 */
export class UuidV7Source {
  private lastMs = 0;
  private counter = 0;
  private readonly bytes = Buffer.alloc(16);
  private readonly pool = Buffer.alloc(4096);
  private poolOffset = 4096;

  /** @param nowMs milliseconds since the epoch */
  next(nowMs: number): string {
    this.advance(nowMs);
    this.bytes.writeUIntBE(this.lastMs, 0, 6);
    this.bytes.writeUInt16BE(0x7000 | this.counter, 6);
    this.takeRandom().copy(this.bytes, 8);
    this.bytes[8] = 0x80 | ((this.bytes[8] ?? 0) & 0x3f);
    return format(this.bytes);
  }

  private advance(nowMs: number): void {
    if (nowMs > this.lastMs || nowMs < this.lastMs - FOLLOWED_BACK_MS) {
      this.lastMs = nowMs;
      // The upper bit starts clear, so that a busy millisecond has room to count.
      this.counter = this.takeRandom().readUInt16BE(0) & 0x7ff;
      return;
    }
    this.counter += 1;
    if (this.counter < COUNTER_LIMIT) return;
    this.lastMs += 1;
    this.counter = 0;
  }

  private takeRandom(): Buffer {
    if (this.poolOffset + 8 > this.pool.length) {
      randomFillSync(this.pool);
      this.poolOffset = 0;
    }
    this.poolOffset += 8;
    return this.pool.subarray(this.poolOffset - 8, this.poolOffset);
  }
}

function format(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
