import { at, grown } from './grown.js';

const SLAB = 1024 * 1024;

/**
 * Contents of objects by index, in slabs of 1 MiB of which the oldest is dropped when the capacity is reached:
 * the bound is exact whatever the sizes, which a map of small buffers (each keeping an 8 KiB pool alive) is not.
 */
export class ContentCache {
  private slabs: Buffer[] = [];
  /** Number of the oldest slab still held; slabs are numbered from 1. */
  private oldest = 1;
  private bytes = 0;
  private filled = 0;
  private slabOf = new Int32Array(64);
  private starts = new Int32Array(64);
  private lengths = new Int32Array(64);

  constructor(private readonly capacity: number) {}

  /** Contents over an eighth of the capacity are not kept: they would push out everything else. */
  put(index: number, content: Buffer): void {
    if (content.length > this.capacity / 8) return;
    const slab = this.slabFor(content.length);
    content.copy(slab, this.filled);
    this.slabOf = grown(this.slabOf, index + 1, (length) => new Int32Array(length));
    this.starts = grown(this.starts, index + 1, (length) => new Int32Array(length));
    this.lengths = grown(this.lengths, index + 1, (length) => new Int32Array(length));
    this.slabOf[index] = this.oldest + this.slabs.length - 1;
    this.starts[index] = this.filled;
    this.lengths[index] = content.length;
    this.filled += content.length;
  }

  /** Shares memory with the cache; stays valid when the slab is dropped. */
  get(index: number): Buffer | undefined {
    const slab = this.slabs[(this.slabOf[index] ?? 0) - this.oldest];
    if (slab === undefined) return undefined;
    const start = at(this.starts, index);
    return slab.subarray(start, start + at(this.lengths, index));
  }

  clear(): void {
    this.oldest += this.slabs.length;
    this.slabs = [];
    this.bytes = 0;
  }

  private slabFor(length: number): Buffer {
    const current = this.slabs.at(-1);
    if (current !== undefined && this.filled + length <= current.length) return current;
    const slab = Buffer.allocUnsafeSlow(Math.max(SLAB, length));
    this.bytes += slab.length;
    this.slabs.push(slab);
    this.filled = 0;
    while (this.bytes > this.capacity) this.dropOldest();
    return slab;
  }

  private dropOldest(): void {
    this.bytes -= this.slabs.shift()?.length ?? 0;
    this.oldest++;
  }
}
