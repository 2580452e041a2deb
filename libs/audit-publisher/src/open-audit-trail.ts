import {
  EventChain,
  isAttestable,
  type AuditEvent,
  type Emitter,
  type SealedEvent,
  type Signer,
  type TypedDraft,
} from '@holdshort/audit-events';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import type { AuditTrail, AuditTrailStatus, Publisher } from './audit-trail.js';
import { readCursor, writeCursor, type Position } from './spool/cursor-file.js';
import { Checkpointer, type OnSigned } from './spool/checkpointer.js';
import { DeliveryLoop } from './spool/delivery-loop.js';
import { lockFolder } from './spool/folder-lock.js';
import type { Frame } from './spool/frame.js';
import { GroupCommit, type SpoolState } from './spool/group-commit.js';
import { OpenAttempts } from './spool/open-attempts.js';
import { OpenTails } from './spool/open-tails.js';
import type { OpenSegmentFile } from './spool/segment-file.js';
import { SegmentLog } from './spool/segment-log.js';
import { recoverSegments, type Segment } from './spool/segment-store.js';
import { SpoolBatches } from './spool/spool-batches.js';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
/** A lost cursor write costs some repeated events, which the store drops; a write per batch would cost two fsyncs. */
const CURSOR_EVERY_MS = 200;

/** What a killed process leaves unsigned is at most so old. */
const CHECKPOINT_MS = 10_000;

export interface AuditTrailOptions {
  /** Folder of this process alone; created where missing. */
  dir: string;
  emitter: Emitter;
  tenant: string;
  publisher: Publisher;
  /** Bound of the whole spool. 1 GiB holds about 800,000 events: a day of a busy workspace without Kafka. */
  maxBytes?: number;
  /** Size at which a new segment begins; at most a quarter of `maxBytes`, so that full segments can be freed. */
  segmentBytes?: number;
  logger?: Logger;
  clock?: () => Date;
  /** How long a record may wait for a signature over it; 10 s unless a test is in a hurry. */
  checkpointMs?: number;
  /** Called when the state or the publisher's health changes. */
  onStatus?: (status: AuditTrailStatus) => void;
  /** How segment files are made; the disk unless a test replaces it. */
  openFile?: OpenSegmentFile;
}

/**
 * Opens the spool: takes the folder's lock, cuts a torn tail, begins a chain and starts to deliver,
 * what earlier boots left first.
 * @throws HoldshortError `audit_unavailable` where the folder is locked by another process or cannot be written
 */
export async function openAuditTrail(options: AuditTrailOptions): Promise<AuditTrail> {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(options.dir, { recursive: true, mode: 0o700 }).catch(unusable);
  const unlock = await lockFolder(options.dir).catch(unusable);
  try {
    return await SpooledAuditTrail.open(options, unlock);
  } catch (error) {
    await unlock();
    return unusable(error);
  }
}

function unusable(error: unknown): never {
  if (error instanceof HoldshortError) throw error;
  throw new HoldshortError('audit_unavailable', 'The audit spool cannot be opened.', {
    advice: 'Check that the state folder exists, is writable and has room.',
    cause: error,
  });
}

/** What a scan of the spool at open has found. */
class Inventory {
  readonly attempts = new OpenAttempts();
  readonly tails = new OpenTails();
  /** Accepted pushes whose attestation does not follow, by event id: the process ended between the two. */
  readonly unattested = new Map<string, AuditEvent>();
  undelivered = 0;

  constructor(private readonly cursor: Position | undefined) {}

  visit(frame: Frame, segment: number): void {
    this.tails.visit(frame);
    if (frame.kind === 'H') return;
    if (frame.kind !== 'C' && this.isAfterCursor(frame, segment)) this.undelivered += 1;
    if (frame.kind === 'S') this.noteAttestation(frame);
    if (frame.kind === 'S' || frame.kind === 'K') return;
    const event = JSON.parse(frame.json.toString('utf8')) as AuditEvent;
    if (isAttestable(event)) this.unattested.set(event.id, event);
    this.attempts.note(frame.kind, event.correlation_id, { segment, start: frame.start, end: frame.end });
  }

  /** Most single events are reads, of which a full spool has hundreds of thousands: only these are parsed. */
  private noteAttestation({ json }: Frame): void {
    if (this.unattested.size === 0 || !json.includes('"type":"push.attested"')) return;
    const { type, detail } = JSON.parse(json.toString('utf8')) as AuditEvent;
    if (type === 'push.attested' && typeof detail?.event_id === 'string') this.unattested.delete(detail.event_id);
  }

  private isAfterCursor(frame: Frame, segment: number): boolean {
    if (!this.cursor) return true;
    return segment > this.cursor.segment || (segment === this.cursor.segment && frame.start >= this.cursor.offset);
  }
}

class SpooledAuditTrail implements AuditTrail {
  readonly unresolvedAttempts: readonly AuditEvent[];
  readonly unattestedPushes: readonly AuditEvent[];
  private readonly commit: GroupCommit;
  private readonly delivery: DeliveryLoop;
  private readonly checkpointer: Checkpointer;
  private pending: number;
  private pendingSince: number | undefined;
  private cursorWrittenAt = 0;
  private closed: Promise<void> | undefined;
  private publisherError: string | undefined;
  private delivered = 0;
  private failures = 0;
  private announced = '';

  static async open(options: AuditTrailOptions, unlock: () => Promise<void>): Promise<AuditTrail> {
    const { dir, emitter, tenant, clock } = options;
    const cursor = await readCursor(dir);
    const inventory = new Inventory(cursor);
    const recovered = await recoverSegments(dir, (frame, segment) => {
      inventory.visit(frame, segment);
    });
    for (const path of recovered.damaged)
      options.logger?.warn({ path: `${path}.torn` }, 'audit spool: unreadable tail kept aside');
    const chain = new EventChain({ emitter, tenant, ...(clock ? { clock } : {}) });
    const { maxBytes, segmentBytes } = bounds(options);
    const log = new SegmentLog({
      ...recovered,
      dir,
      chainId: chain.id,
      segmentBytes,
      ...(options.openFile ? { openFile: options.openFile } : {}),
    });
    await log.ensureOpen();
    const unresolved = await readAttempts(inventory.attempts, log);
    return new SpooledAuditTrail({ options, unlock, chain, log, maxBytes, cursor, inventory, unresolved });
  }

  private constructor(
    private readonly parts: {
      options: AuditTrailOptions;
      unlock: () => Promise<void>;
      chain: EventChain;
      log: SegmentLog;
      maxBytes: number;
      cursor: Position | undefined;
      inventory: Inventory;
      unresolved: AuditEvent[];
    },
  ) {
    const { options, chain, log, maxBytes, inventory } = parts;
    this.unresolvedAttempts = parts.unresolved;
    this.unattestedPushes = [...inventory.unattested.values()];
    inventory.unattested.clear();
    this.pending = inventory.undelivered;
    this.pendingSince = this.pending > 0 ? this.now() : undefined;
    this.commit = new GroupCommit({
      log,
      chain,
      attempts: inventory.attempts,
      maxBytes,
      reserveBytes: Math.min(16 * MIB, Math.floor(maxBytes / 16)),
      onCommitted: (records, events) => {
        this.noteCommitted(records);
        this.checkpointer.note(events);
      },
      onState: (state, error) => {
        this.noteState(state, error);
      },
    });
    this.checkpointer = new Checkpointer({
      tenant: options.tenant,
      agentId: options.emitter.id,
      write: (json) => this.commit.checkpoint(json),
      clock: options.clock ?? (() => new Date()),
      everyMs: options.checkpointMs ?? CHECKPOINT_MS,
      openTails: inventory.tails.of(options.emitter.id),
      onError: (error) => {
        options.logger?.warn(
          { err: error },
          'audit chain: its head could not be signed; the next checkpoint covers it',
        );
      },
    });
    this.delivery = this.createDelivery(parts.cursor ?? { segment: 0, offset: 0 }, options.publisher);
    this.delivery.start();
  }

  async record(draft: TypedDraft): Promise<SealedEvent> {
    if (this.closed)
      throw new HoldshortError('audit_unavailable', 'The audit spool is closed, and nothing is done without a record.');
    return this.commit.event(this.parts.chain.prepare(draft));
  }

  isWritable(): boolean {
    return !this.closed && this.commit.state === 'ok';
  }

  status(): AuditTrailStatus {
    const { chain, log, maxBytes, options } = this.parts;
    const error = this.publisherError;
    return {
      chainId: chain.id,
      lastSeq: chain.lastSeq,
      pending: this.pending,
      bytes: log.bytes,
      maxBytes,
      oldestPendingMs: this.oldestPendingMs(),
      state: this.commit.state,
      publisher: {
        kind: options.publisher.kind,
        connected: options.publisher.isConnected(),
        delivered: this.delivered,
        failures: this.failures,
        ...(error === undefined ? {} : { lastError: error }),
      },
    };
  }

  signCheckpoints(signer: Signer, onSigned: OnSigned = () => undefined): void {
    this.checkpointer.use(signer, onSigned);
  }

  close(timeoutMs = 5000): Promise<void> {
    this.closed ??= this.shutDown(timeoutMs);
    return this.closed;
  }

  private createDelivery(start: Position, publisher: Publisher): DeliveryLoop {
    const batches = new SpoolBatches(this.parts.log, start, (path, offset) => {
      this.parts.options.logger?.error(
        { path, offset },
        'audit spool: a segment became unreadable; its rest is skipped',
      );
    });
    return new DeliveryLoop({
      batches,
      publisher,
      onAcknowledged: (position, events) => this.noteAcknowledged(position, events),
      onError: (error) => {
        this.notePublisherError(error);
      },
    });
  }

  private noteCommitted(records: number): void {
    if (records === 0) return;
    if (this.pending === 0) this.pendingSince = this.now();
    this.pending += records;
    this.delivery.wake();
  }

  private async noteAcknowledged(position: Position, events: number): Promise<void> {
    this.pending = Math.max(0, this.pending - events);
    this.delivered += events;
    this.pendingSince = this.pending > 0 ? this.now() : undefined;
    if (events > 0) this.publisherError = undefined;
    await this.free(position);
    await this.keepCursor(position, this.pending === 0);
    this.announce();
  }

  /** Deletes segments that are acknowledged as a whole; attempts that still wait in them are carried on first. */
  private async free(position: Position): Promise<void> {
    const { log } = this.parts;
    for (let oldest = log.segments[0]; oldest && this.isDone(oldest, position); oldest = log.segments[0]) {
      if (!this.isWorthFreeing(oldest)) return;
      await this.carryAttempts(oldest);
      await this.keepCursor(position, true);
      await log.remove(oldest);
      this.commit.reportState();
    }
  }

  /** A segment that is mostly open attempts would be copied over and over; it waits, unless space runs short. */
  private isWorthFreeing(segment: Segment): boolean {
    const { log, maxBytes, inventory } = this.parts;
    return log.bytes > maxBytes / 2 || inventory.attempts.bytesIn(segment.index) <= segment.length / 2;
  }

  private isDone(segment: Segment, position: Position): boolean {
    if (this.parts.log.isActive(segment.index) || segment === this.parts.log.segments.at(-1)) return false;
    return (
      position.segment > segment.index || (position.segment === segment.index && position.offset >= segment.length)
    );
  }

  private async carryAttempts(segment: Segment): Promise<void> {
    const { attempts } = this.parts.inventory;
    for (const id of attempts.inSegment(segment.index)) {
      const json = await attempts.read(id, () => segment.path);
      await this.commit.carry(id, json);
    }
  }

  private keptPosition = '';

  private async keepCursor(position: Position, now: boolean): Promise<void> {
    const text = `${position.segment}:${position.offset}`;
    if (text === this.keptPosition) return;
    if (!now && Date.now() - this.cursorWrittenAt < CURSOR_EVERY_MS) return;
    await writeCursor(this.parts.options.dir, position);
    this.keptPosition = text;
    this.cursorWrittenAt = Date.now();
  }

  private noteState(state: SpoolState, error: unknown): void {
    const { logger } = this.parts.options;
    if (state === 'failed')
      logger?.error({ err: error }, 'audit spool: a write failed; records are refused until it works again');
    else if (state === 'full') logger?.error('audit spool: full; records are refused until events are delivered');
    else logger?.info('audit spool: writable again');
    this.announce();
  }

  private notePublisherError(error: unknown): void {
    this.failures += 1;
    const message = error instanceof Error ? error.message : String(error);
    if (message !== this.publisherError)
      this.parts.options.logger?.warn({ reason: message }, 'audit delivery: will try again');
    this.publisherError = message;
    this.announce();
  }

  private announce(): void {
    const status = this.status();
    const { connected, lastError } = status.publisher;
    const key = `${status.state} ${String(connected)} ${lastError ?? ''}`;
    if (key === this.announced) return;
    this.announced = key;
    this.parts.options.onStatus?.(status);
  }

  private oldestPendingMs(): number {
    if (this.pending === 0) return 0;
    const time = this.delivery.oldestTime;
    const since = time === undefined ? (this.pendingSince ?? this.now()) : Date.parse(time);
    return Math.max(0, this.now() - since);
  }

  private now(): number {
    return (this.parts.options.clock?.() ?? new Date()).getTime();
  }

  private async shutDown(timeoutMs: number): Promise<void> {
    const { options, log, unlock } = this.parts;
    await this.commit.drained();
    await this.checkpointer.finish();
    await this.untilDelivered(timeoutMs);
    this.delivery.requestStop();
    await options.publisher.close();
    await this.delivery.stop();
    this.commit.stop();
    await this.commit.drained();
    await log.close();
    await unlock();
  }

  private async untilDelivered(timeoutMs: number): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (this.pending > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function bounds(options: AuditTrailOptions): { maxBytes: number; segmentBytes: number } {
  const maxBytes = options.maxBytes ?? GIB;
  return { maxBytes, segmentBytes: Math.min(options.segmentBytes ?? 16 * MIB, Math.floor(maxBytes / 4)) };
}

async function readAttempts(attempts: OpenAttempts, log: SegmentLog): Promise<AuditEvent[]> {
  const paths = new Map(log.segments.map((segment) => [segment.index, segment.path]));
  const events: AuditEvent[] = [];
  for (const id of attempts.correlationIds()) {
    const json = await attempts.read(id, (segment) => paths.get(segment) ?? '');
    events.push(JSON.parse(json.toString('utf8')) as AuditEvent);
  }
  return events;
}
