import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeFrame } from './frame.js';
import { segmentName, type Segment, type SegmentHeader } from './segment-store.js';
import { openSegmentFile, syncFolder, type OpenSegmentFile, type SegmentFile } from './segment-file.js';

export interface SegmentLogOptions {
  dir: string;
  chainId: string;
  segmentBytes: number;
  segments: Segment[];
  nextIndex: number;
  openFile?: OpenSegmentFile;
}

export interface Appended {
  segment: number;
  /** Offset of the first byte. */
  offset: number;
}

/**
 * The segments of a spool and the one that is written. Callers append one batch at a time.
 * A file whose write or fsync failed is never written again: the next batch goes to a new segment,
 * whose header says where the failed one ends.
 */
export class SegmentLog {
  readonly segments: Segment[];
  private active: { segment: Segment; file: SegmentFile } | undefined;
  private nextIndex: number;

  constructor(private readonly options: SegmentLogOptions) {
    this.segments = options.segments;
    this.nextIndex = options.nextIndex;
  }

  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.length, 0);
  }

  /** Whether the segment may still grow. */
  isActive(index: number): boolean {
    return this.active?.segment.index === index;
  }

  /** Durably appends the bytes, in a new segment where the current one is full or failed. */
  async append(bytes: Buffer): Promise<Appended> {
    const { segment, file } = await this.writable();
    try {
      await file.append(bytes);
    } catch (error) {
      await this.abandonActive();
      throw error;
    }
    const offset = segment.length;
    segment.length += bytes.length;
    return { segment: segment.index, offset };
  }

  /** Opens a segment where none is open; what a spool does at start and after a failure. */
  async ensureOpen(): Promise<void> {
    await this.writable();
  }

  async remove(segment: Segment): Promise<void> {
    await rm(segment.path, { force: true });
    this.segments.splice(this.segments.indexOf(segment), 1);
  }

  async close(): Promise<void> {
    await this.abandonActive();
  }

  private async writable(): Promise<{ segment: Segment; file: SegmentFile }> {
    if (this.active && this.active.segment.length >= this.options.segmentBytes) await this.abandonActive();
    this.active ??= await this.openNext();
    return this.active;
  }

  private async openNext(): Promise<{ segment: Segment; file: SegmentFile }> {
    const { dir, chainId, openFile = openSegmentFile } = this.options;
    const index = this.nextIndex;
    // Taken even where opening fails: a half-made file keeps its name.
    this.nextIndex += 1;
    const path = join(dir, segmentName(index));
    const header: SegmentHeader = { v: 1, chain_id: chainId, previous_length: this.segments.at(-1)?.length ?? null };
    const frame = encodeFrame('H', JSON.stringify(header));
    const file = await openFile(path);
    try {
      await file.append(frame);
      await syncFolder(dir);
    } catch (error) {
      await closeQuietly(file);
      await rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
    const segment = { index, path, length: frame.length };
    this.segments.push(segment);
    return { segment, file };
  }

  private async abandonActive(): Promise<void> {
    const file = this.active?.file;
    this.active = undefined;
    if (file) await closeQuietly(file);
  }
}

/** What the file holds is durable or void already, so an error of close changes nothing. */
const closeQuietly = (file: SegmentFile): Promise<void> => file.close().catch(() => undefined);
