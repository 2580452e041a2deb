import { blobTraits, HEAD_BYTES } from './blob-traits.js';
import { DeltaResolver } from './delta-resolver.js';
import { readEntryHeader } from './entry-header.js';
import type { EntryHeader } from './entry-header.js';
import { EventLoopPause } from './event-loop-pause.js';
import { unreadable } from './git-protocol-error.js';
import { inflateExactly, StreamInflater } from './inflate-object.js';
import { OBJECT_TYPES, ObjectIndex, OFS_DELTA } from './object-index.js';
import { ObjectStore } from './object-store.js';
import type { OnBlob } from './object-store.js';
import { ReadPack } from './pack-contents.js';
import type { PackContents, PackDigests } from './pack-contents.js';
import { PackInput } from './pack-input.js';
import { DEFAULT_PACK_LIMITS, PackBudget } from './pack-limits.js';
import type { PackLimits } from './pack-limits.js';
import type { ScratchSpace } from './scratch-space.js';

export interface ReadPackOptions {
  objectFormat: 'sha1' | 'sha256';
  scratch: ScratchSpace;
  limits?: Partial<PackLimits> | undefined;
  /** Asked for a sink per blob; every blob of the pack comes exactly once. */
  onBlob?: OnBlob | undefined;
}

/** Objects over this size are inflated piece by piece; smaller ones in one go, from the window. */
const STREAM_OVER = 512 * 1024;
const HEADER_BYTES = 12;
/** Pieces of 64 KiB that may wait to be handed on: one compressed piece can become a thousand of them. */
const MOST_READY = 8;

/**
 * Reads a self-contained pack (version 2) as it arrives, verifies every object id and the pack's checksum, and
 * answers questions about its commits and trees afterwards. Memory: an index of about 80 bytes an object, 32 MiB of
 * caches, and one object at a time.
 *
 * @throws GitProtocolError `push_unreadable` for anything that is not exactly one whole pack (also for a thin one),
 *   `push_too_large` over a limit. The source is released in either case.
 */
export async function readPack(source: AsyncIterable<Buffer>, options: ReadPackOptions): Promise<PackContents> {
  const reading = new PackReading(source, options);
  try {
    return await reading.run();
  } finally {
    await reading.close();
  }
}

class PackReading {
  private readonly budget: PackBudget;
  private readonly input: PackInput;
  private readonly index: ObjectIndex;
  private readonly store: ObjectStore;
  private readonly deltas: DeltaResolver;
  private readonly pause = new EventLoopPause();

  constructor(
    source: AsyncIterable<Buffer>,
    private readonly options: ReadPackOptions,
  ) {
    const { objectFormat: format, scratch, onBlob } = options;
    this.budget = new PackBudget({ ...DEFAULT_PACK_LIMITS, ...options.limits });
    this.input = new PackInput(source, format, scratch, this.budget);
    this.index = new ObjectIndex(format === 'sha1' ? 20 : 32);
    this.store = new ObjectStore({ index: this.index, scratch, budget: this.budget, format, onBlob });
    this.deltas = new DeltaResolver(this.index, this.store, this.budget, () => this.input.bytes);
  }

  async run(): Promise<PackContents> {
    const count = await this.readHead();
    while (this.index.count < count) {
      await this.readEntry();
      if (this.pause.due()) await this.pause.take();
    }
    const digests = await this.readTrailer();
    await this.deltas.finish();
    return new ReadPack(this.index, this.store, digests);
  }

  async close(): Promise<void> {
    await this.input.close();
  }

  private async readHead(): Promise<number> {
    if (!(await this.input.need(HEADER_BYTES))) throw unreadable('the pack ends before its first object');
    const head = this.input.view();
    if (head.toString('latin1', 0, 4) !== 'PACK') throw unreadable('what follows the commands is no pack');
    if (head.readUInt32BE(4) !== 2) throw unreadable('the pack has another version than 2');
    this.budget.objects(head.readUInt32BE(8));
    const count = head.readUInt32BE(8);
    this.input.consume(HEADER_BYTES);
    return count;
  }

  private async readEntry(): Promise<void> {
    let header = readEntryHeader(this.input.view(), this.index.ids.idLength);
    while (header === undefined) {
      await this.more();
      header = readEntryHeader(this.input.view(), this.index.ids.idLength);
    }
    this.budget.object(header.size);
    if (header.type === OBJECT_TYPES.commit || header.type === OBJECT_TYPES.tree || header.type === OBJECT_TYPES.tag)
      this.budget.graphObject(header.size);
    if (header.size > STREAM_OVER) await this.readLarge(header);
    else await this.readWhole(header);
  }

  private async readWhole(header: EntryHeader): Promise<void> {
    for (;;) {
      const bytes = this.input.view().subarray(header.length);
      const inflated = bytes.length === 0 ? undefined : inflateExactly(bytes, header.size);
      if (inflated !== undefined) {
        this.take(header, inflated.content, inflated.consumed);
        return;
      }
      // Twice as much each time, so that trying again costs no more than trying once.
      await this.more();
      await this.input.need(header.length + 2 * bytes.length);
    }
  }

  private take(header: EntryHeader, content: Buffer, consumed: number): void {
    const offset = this.input.position;
    const index = this.index.add(offset, header.length, header.size);
    this.input.consume(header.length + consumed);
    if (header.type >= OFS_DELTA) {
      this.deltas.offer(index, offset, header, content);
      return;
    }
    this.budget.spend(content.length, this.input.bytes);
    this.store.settle(index, header.type, content);
  }

  private async readLarge(header: EntryHeader): Promise<void> {
    const offset = this.input.position;
    const index = this.index.add(offset, header.length, header.size);
    const isDelta = header.type >= OFS_DELTA;
    const id = this.store.startId(header.type, header.size);
    const sink = header.type === OBJECT_TYPES.blob ? this.options.onBlob?.(header.size) : undefined;
    this.input.consume(header.length);
    let head: Buffer | undefined;
    await this.inflateLarge(header.size, (chunk) => {
      if ((head?.length ?? 0) < HEAD_BYTES) head = Buffer.concat([head ?? chunk.subarray(0, 0), chunk]);
      if (!isDelta) id.update(chunk);
      sink?.write(chunk);
    });
    if (isDelta) {
      this.deltas.offer(index, offset, header, undefined);
      return;
    }
    this.budget.spend(header.size, this.input.bytes);
    const digest = id.digest();
    this.store.settleId(index, header.type, digest);
    this.index.describe(index, header.size, head === undefined ? 0 : blobTraits(head));
    sink?.end(digest.toString('hex'));
  }

  /** Hashes and scans what was inflated while a thread inflates the next piece. */
  private async inflateLarge(size: number, onContent: (chunk: Buffer) => void): Promise<void> {
    const ready: Buffer[] = [];
    const handOn = (): void => {
      for (const chunk of ready.splice(0)) onContent(chunk);
    };
    const inflater = new StreamInflater(size, (chunk) => {
      if (ready.push(chunk) >= MOST_READY) handOn();
    });
    try {
      for (let complete = false; !complete;) {
        if (this.input.available === 0) await this.more();
        const writing = inflater.write(this.input.view());
        handOn();
        const taken = await writing;
        this.input.consume(taken.consumed);
        complete = taken.complete;
      }
      handOn();
    } finally {
      inflater.close();
    }
  }

  private async more(): Promise<void> {
    if (!(await this.input.fill())) throw unreadable('the pack ends inside an object');
  }

  private async readTrailer(): Promise<PackDigests> {
    const length = this.index.ids.idLength;
    this.index.end = this.input.position;
    if (!(await this.input.need(length))) throw unreadable('the pack ends before its checksum');
    const computed = this.input.digestConsumed();
    const stated = this.input.view().subarray(0, length);
    if (!computed.equals(stated)) throw unreadable('the checksum of the pack is wrong');
    this.input.consume(length);
    if (this.input.available > 0 || (await this.input.fill())) throw unreadable('bytes follow the pack');
    return { bytes: this.input.bytes, checksum: computed.toString('hex'), sha256: this.input.digestAll() };
  }
}
