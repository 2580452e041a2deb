import { BYTES_AFTER, BYTES_BEFORE } from '../rule.js';

/** Room for new bytes beside the bytes that rules may still read. */
const CAPACITY = 128 * 1024;
/** Longest keyword of any rule, with room: a keyword may have begun before the place that the scan has come to. */
const KEYWORD_MOST = 64;
const BEHIND = BYTES_BEFORE + KEYWORD_MOST;

/** The part of a text that rules may still read, while the text arrives in pieces of any size. One buffer of 128 KB. */
export class ScanWindow {
  /** Of these, `length` count. */
  bytes = Buffer.alloc(0);
  length = 0;
  /** Place in `bytes` that the scan has come to. */
  scanned = 0;
  /** Bytes of the text before the first of `bytes`. */
  dropped = 0;

  get isFull(): boolean {
    return this.length === CAPACITY;
  }

  /** The first place that rules at the end of a full window cannot judge yet. */
  get judgeable(): number {
    return this.length - BYTES_AFTER;
  }

  get filled(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** @returns how many bytes of the chunk, from `at` on, found room */
  take(chunk: Uint8Array, at: number): number {
    if (this.bytes.length === 0) this.bytes = Buffer.allocUnsafe(CAPACITY);
    const count = Math.min(chunk.length - at, CAPACITY - this.length);
    this.bytes.set(count === chunk.length ? chunk : chunk.subarray(at, at + count), this.length);
    this.length += count;
    return count;
  }

  /** How many bytes no rule reads any more, once all before `judgeable` is scanned. */
  get spent(): number {
    return this.judgeable - BEHIND;
  }

  /** Drops what is spent. */
  slide(): void {
    const { spent } = this;
    this.bytes.copyWithin(0, spent, this.length);
    this.dropped += spent;
    this.length -= spent;
    this.scanned = BEHIND;
  }

  /** What comes next is another text. */
  restart(): void {
    this.dropped += this.length;
    this.length = 0;
    this.scanned = 0;
  }
}
