import { eventSubject, type AuditEvent, type Checkpoint } from '@holdshort/audit-events';
import type { OutgoingRecord } from '../audit-trail.js';
import type { Position } from './cursor-file.js';
import { SegmentReader } from './segment-reader.js';
import type { SegmentLog } from './segment-log.js';
import type { Segment } from './segment-store.js';

/** Gzip gains little beyond this, and Kafka's default request limit is 1 MiB. */
const MAX_BATCH_EVENTS = 256;
const MAX_BATCH_BYTES = 512 * 1024;

export interface SpoolBatch {
  records: OutgoingRecord[];
  /** Where the next batch begins. */
  end: Position;
}

/** Reads events in log order, from a position on; memory for one batch. */
export class SpoolBatches {
  private reader: SegmentReader | undefined;
  private readerSegment = -1;
  private position: Position;

  constructor(
    private readonly log: SegmentLog,
    start: Position,
    private readonly onDamage: (path: string, offset: number) => void,
  ) {
    this.position = start;
  }

  /** The next batch; without records where the end of what is durable has been reached. */
  async next(): Promise<SpoolBatch> {
    for (;;) {
      const segment = this.log.segments.find((candidate) => candidate.index >= this.position.segment);
      if (!segment) return { records: [], end: this.position };
      if (segment.index > this.position.segment) this.position = { segment: segment.index, offset: 0 };
      const records = await this.readFrom(segment);
      const atEnd = this.position.offset >= segment.length;
      if (records.length > 0 || !atEnd || this.isLast(segment)) return { records, end: this.position };
      this.position = { segment: segment.index + 1, offset: 0 };
    }
  }

  async close(): Promise<void> {
    await this.reader?.close();
    this.reader = undefined;
  }

  private isLast(segment: Segment): boolean {
    return this.log.isActive(segment.index) || segment === this.log.segments.at(-1);
  }

  private async readFrom(segment: Segment): Promise<OutgoingRecord[]> {
    const reader = await this.readerFor(segment);
    const records: OutgoingRecord[] = [];
    for (let bytes = 0; records.length < MAX_BATCH_EVENTS && bytes < MAX_BATCH_BYTES;) {
      const frame = await reader.next(segment.length);
      if (frame === undefined) break;
      if (frame === 'damaged') {
        this.onDamage(segment.path, reader.offset);
        this.position = { segment: segment.index + 1, offset: 0 };
        return records;
      }
      if (frame.kind === 'H' || frame.kind === 'C') continue;
      records.push(frame.kind === 'K' ? toCheckpoint(frame.json) : toEvent(frame.json));
      bytes += frame.json.length;
    }
    this.position = { segment: segment.index, offset: reader.offset };
    return records;
  }

  private async readerFor(segment: Segment): Promise<SegmentReader> {
    if (this.reader && this.readerSegment === segment.index) return this.reader;
    await this.close();
    this.reader = new SegmentReader(segment.path, this.position.offset);
    this.readerSegment = segment.index;
    return this.reader;
  }
}

function toEvent(json: Buffer): OutgoingRecord {
  const event = JSON.parse(json.toString('utf8')) as AuditEvent;
  const { id, type, time, agent, tenant, traceparent } = event;
  const subject = eventSubject(event);
  // Copied: the reader's buffer would otherwise be held as a whole by its last record.
  const value = Buffer.from(json);
  return {
    key: event.chain_id,
    value,
    event: { id, type, time, agent, tenant, ...(traceparent === undefined ? {} : { traceparent }) },
    ...(subject === undefined ? {} : { subject }),
  };
}

function toCheckpoint(json: Buffer): OutgoingRecord {
  const { agent_id, chain_id, seq, time } = JSON.parse(json.toString('utf8')) as Checkpoint;
  return { key: chain_id, value: Buffer.from(json), checkpoint: { agent_id, chain_id, seq, time } };
}
