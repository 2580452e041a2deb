import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AuditEvent, Checkpoint } from '@holdshort/audit-events';
import type { Position } from './cursor-file.js';
import type { Frame } from './frame.js';
import { SegmentReader } from './segment-reader.js';
import { indexOfSegment } from './segment-store.js';

export interface SegmentReport {
  index: number;
  file: string;
  /** Of the file. */
  bytes: number;
  events: number;
  checkpoints: number;
  /** Attempts without outcome that were carried over from a segment that was freed; delivered already. */
  carried: number;
  /** Of which chain which records lie here, in the order in which they begin. */
  chains: { chain_id: string; first_seq: number; last_seq: number }[];
  /** Of `events` and `checkpoints`. */
  undelivered: number;
  /** Time of the first of them, RFC 3339. */
  oldest?: string;
  /** The first place that is no record, and how much follows. What comes after cannot be read. */
  damage?: { offset: number; bytes: number };
  /** Bytes of a write that failed: the next segment says that they are not part of the spool. */
  void: number;
}

export interface SegmentLimits {
  cursor: Position | undefined;
  /** Where the next segment says that this one ends; undefined for the last. */
  limit: number | undefined;
}

/** A write that was under way while this was reading is whole a moment later. */
const LOOK_AGAIN_MS = 50;
const LOOKS = 4;

/** @throws ENOENT where the segment was freed meanwhile */
export async function inspectSegment(path: string, { cursor, limit }: SegmentLimits): Promise<SegmentReport> {
  const file = basename(path);
  const tally = new Tally(indexOfSegment(file), cursor);
  for (let look = 1; ; look += 1) {
    const { size } = await stat(path);
    const end = Math.min(size, limit ?? size);
    const whole = await visitFrom(path, tally.at, end, tally);
    const isDamaged = whole < end;
    // a segment that has a successor is not written any more
    if (!isDamaged || limit !== undefined || look === LOOKS)
      return {
        ...tally.report(file, size),
        ...(isDamaged ? { damage: { offset: whole, bytes: end - whole } } : {}),
        void: size - end,
      };
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** @returns up to where the segment is whole */
async function visitFrom(path: string, start: number, end: number, tally: Tally): Promise<number> {
  const reader = new SegmentReader(path, start);
  try {
    for (;;) {
      const frame = await reader.next(end);
      if (frame === undefined || frame === 'damaged') return reader.offset;
      tally.visit(frame);
    }
  } finally {
    await reader.close();
  }
}

class Tally {
  /** End of the last frame that was seen. */
  at = 0;
  private events = 0;
  private checkpoints = 0;
  private carried = 0;
  private undelivered = 0;
  private oldest: string | undefined;
  private readonly chains = new Map<string, { first_seq: number; last_seq: number }>();

  constructor(
    private readonly index: number,
    private readonly cursor: Position | undefined,
  ) {}

  visit(frame: Frame): void {
    this.at = frame.end;
    if (frame.kind === 'H') return;
    if (frame.kind === 'C') {
      this.carried += 1;
      return;
    }
    const record = JSON.parse(frame.json.toString('utf8')) as AuditEvent | Checkpoint;
    if (frame.kind === 'K') this.checkpoints += 1;
    else this.noteEvent(record as AuditEvent);
    if (this.isAcknowledged(frame)) return;
    this.undelivered += 1;
    this.oldest ??= record.time;
  }

  report(file: string, bytes: number): Omit<SegmentReport, 'void' | 'damage'> {
    const { index, events, checkpoints, carried, undelivered, oldest } = this;
    return {
      ...{ index, file, bytes, events, checkpoints, carried, undelivered },
      chains: [...this.chains].map(([chain_id, range]) => ({ chain_id, ...range })),
      ...(oldest === undefined ? {} : { oldest }),
    };
  }

  private noteEvent({ chain_id, seq }: AuditEvent): void {
    this.events += 1;
    const range = this.chains.get(chain_id);
    if (range) range.last_seq = seq;
    else this.chains.set(chain_id, { first_seq: seq, last_seq: seq });
  }

  private isAcknowledged({ start }: Frame): boolean {
    if (!this.cursor) return false;
    return this.index < this.cursor.segment || (this.index === this.cursor.segment && start < this.cursor.offset);
  }
}
