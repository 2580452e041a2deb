import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { PackBudget } from './pack-limits.js';
import type { ScratchSpace } from './scratch-space.js';

/** Pieces smaller than this are joined before they are written and parsed: one write per 64 KiB, not per packet. */
const BLOCK = 64 * 1024;

/**
 * The pack as it arrives: every byte goes to the scratch space and into the hashes, and a window of bytes that
 * were not consumed yet is held. While the window is parsed, the next block is received and written.
 */
export class PackInput {
  private readonly iterator: AsyncIterator<Buffer>;
  private readonly sha256 = createHash('sha256');
  private readonly checksum: Hash;
  private window: Buffer = Buffer.alloc(0);
  private consumed = 0;
  private hashed = 0;
  private ended = false;
  private closed = false;
  /** The next block, already written, and what of that is under way now. */
  private coming: Promise<Buffer | undefined> | undefined;
  private writing: Promise<void> | undefined;
  private received = 0;
  /** Bytes that were in the window so far. */
  bytes = 0;

  constructor(
    source: AsyncIterable<Buffer>,
    format: 'sha1' | 'sha256',
    private readonly scratch: ScratchSpace,
    private readonly budget: PackBudget,
  ) {
    this.iterator = source[Symbol.asyncIterator]();
    this.checksum = createHash(format);
  }

  /** Offset in the pack of the first byte of the window. */
  get position(): number {
    return this.bytes - this.available;
  }

  get available(): number {
    return this.window.length - this.consumed;
  }

  view(): Buffer {
    return this.window.subarray(this.consumed);
  }

  consume(count: number): void {
    this.consumed += count;
  }

  /** Waits for more bytes. @returns false at the end of the source */
  async fill(): Promise<boolean> {
    const block = await (this.coming ?? this.receive());
    this.coming = undefined;
    if (block === undefined) return false;
    this.bytes += block.length;
    this.hashConsumed();
    this.window = this.available === 0 ? block : Buffer.concat([this.view(), block]);
    this.consumed = 0;
    this.hashed = 0;
    this.coming = this.receive();
    // its failure is met at the next fill; a pack that is refused before has none
    this.coming.catch(() => undefined);
    return true;
  }

  /** Waits until `count` bytes are in the window. @returns false when the source ends before */
  async need(count: number): Promise<boolean> {
    while (this.available < count) if (!(await this.fill())) return false;
    return true;
  }

  /** The hash over everything consumed so far: the pack's own checksum, when the trailer comes next. */
  digestConsumed(): Buffer {
    this.hashConsumed();
    return this.checksum.digest();
  }

  digestAll(): string {
    return this.sha256.digest('hex');
  }

  /** Releases the source, without waiting for a sender who is silent; afterwards nothing is written any more. */
  async close(): Promise<void> {
    this.closed = true;
    await this.writing?.catch(() => undefined);
    if (this.ended) return;
    const released = this.iterator.return?.();
    if (this.coming === undefined) await released;
    else released?.catch(() => undefined);
  }

  private async receive(): Promise<Buffer | undefined> {
    const block = await this.nextBlock();
    if (block === undefined || this.closed) return undefined;
    this.received += block.length;
    this.budget.pack(this.received);
    this.sha256.update(block);
    this.writing = this.scratch.append(block);
    await this.writing;
    return block;
  }

  private hashConsumed(): void {
    if (this.consumed > this.hashed) this.checksum.update(this.window.subarray(this.hashed, this.consumed));
    this.hashed = this.consumed;
  }

  private async nextBlock(): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for (let size = 0; size < BLOCK && !this.ended;) {
      const next = await this.iterator.next();
      if (next.done === true) this.ended = true;
      else parts.push(next.value);
      size += next.done === true ? 0 : next.value.length;
    }
    const [only] = parts;
    if (only === undefined) return undefined;
    return parts.length === 1 ? only : Buffer.concat(parts);
  }
}
