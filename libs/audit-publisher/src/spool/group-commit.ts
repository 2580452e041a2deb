import { textOf, type EventChain, type PreparedDraft, type SealedEvent } from '@holdshort/audit-events';
import { HoldshortError } from '@holdshort/errors';
import { encodeFrame, type FrameKind } from './frame.js';
import type { OpenAttempts } from './open-attempts.js';
import type { SegmentLog } from './segment-log.js';

/** One write and one fsync carry at most this much; enough for 3,000 usual events, little enough for the heap. */
const MAX_COMMIT_BYTES = 4 * 1024 * 1024;
/** While the disk fails, how long until it is tried again. */
const RETRY_MS = 1000;

export type SpoolState = 'ok' | 'full' | 'failed';

interface Waiting {
  /** What to write, or nothing where there is no need any more. Called in chain order. */
  make: () => Made | undefined;
  settle: (made: Made | undefined) => void;
  reject: (error: unknown) => void;
  /** Highest fill of the spool at which this may still be written. */
  ceiling: number;
}

interface Made {
  kind: FrameKind;
  correlationId: string;
  frame: Buffer;
  event?: SealedEvent;
}

export interface GroupCommitOptions {
  log: SegmentLog;
  chain: EventChain;
  attempts: OpenAttempts;
  maxBytes: number;
  /** Kept free of attempts and single events, so that what was begun can be ended. */
  reserveBytes: number;
  /** How many records are to be delivered, and which of them are events of the chain, in its order. */
  onCommitted: (records: number, events: readonly SealedEvent[]) => void;
  onState: (state: SpoolState, error?: unknown) => void;
}

/** Many writers, one fsync: collects what arrives while a commit is under way and writes it as the next one. */
export class GroupCommit {
  private queue: Waiting[] = [];
  private running: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private failed = false;
  private filled = false;

  constructor(private readonly options: GroupCommitOptions) {}

  get state(): SpoolState {
    if (this.failed) return 'failed';
    return this.hasRoom(0, this.attemptCeiling) ? 'ok' : 'full';
  }

  /** @throws HoldshortError `audit_unavailable` where the record is not durable, and so not part of the chain */
  event(prepared: PreparedDraft): Promise<SealedEvent> {
    const { chain, maxBytes } = this.options;
    const kind = kindOf(prepared.phase);
    const correlationId = kind === 'S' ? '' : (textOf(prepared.members, 'correlation_id') ?? '');
    const ceiling = kind === 'O' ? maxBytes : this.attemptCeiling;
    return new Promise((resolve, reject) => {
      const make = (): Made => {
        const event = chain.append(prepared);
        return { kind, correlationId, frame: encodeFrame(kind, event.json), event };
      };
      const settle = (made: Made | undefined): void => {
        if (made?.event) resolve(made.event);
      };
      this.enqueue({ make, settle, reject, ceiling });
    });
  }

  /** Writes an open attempt once more, so that its segment can go. May exceed the bound: the segment it frees is larger. */
  carry(correlationId: string, json: Buffer): Promise<void> {
    const { attempts } = this.options;
    return new Promise((resolve, reject) => {
      const make = (): Made | undefined =>
        attempts.has(correlationId) ? { kind: 'C', correlationId, frame: encodeFrame('C', json) } : undefined;
      const settle = (): void => {
        resolve();
      };
      this.enqueue({ make, settle, reject, ceiling: Number.POSITIVE_INFINITY });
    });
  }

  /** Writes a checkpoint. What is signed must not be lost for want of space that is kept free for outcomes. */
  checkpoint(json: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const make = (): Made => ({ kind: 'K', correlationId: '', frame: encodeFrame('K', json) });
      const settle = (): void => {
        resolve();
      };
      this.enqueue({ make, settle, reject, ceiling: this.options.maxBytes });
    });
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    while (this.running) await this.running;
  }

  stop(): void {
    clearTimeout(this.retry);
  }

  /** Tells the listener where space was freed or used up since it was last told. */
  reportState(error?: unknown): void {
    const full = this.state === 'full';
    if (full === this.filled && error === undefined) return;
    this.filled = full;
    this.options.onState(this.state, error);
  }

  private get attemptCeiling(): number {
    return this.options.maxBytes - this.options.reserveBytes;
  }

  private hasRoom(added: number, ceiling: number): boolean {
    return this.options.log.bytes + added < ceiling;
  }

  private enqueue(waiting: Waiting): void {
    if (this.failed) {
      waiting.reject(unavailable('failed'));
      return;
    }
    this.queue.push(waiting);
    this.running ??= this.run();
  }

  private async run(): Promise<void> {
    // Lets every writer of this turn of the event loop join the first commit.
    await Promise.resolve();
    while (this.queue.length > 0) await this.commit();
    this.running = undefined;
  }

  private async commit(): Promise<void> {
    const { chain } = this.options;
    const mark = chain.mark();
    const batch = this.takeBatch();
    if (batch.length === 0) return;
    try {
      const frames = batch.flatMap(({ made }) => (made ? [made.frame] : []));
      if (frames.length > 0) this.noteAll(batch, await this.options.log.append(Buffer.concat(frames)));
    } catch (error) {
      chain.rewind(mark);
      this.fail(error, batch);
      return;
    }
    for (const { waiting, made } of batch) waiting.settle(made);
    const delivered = batch.filter(({ made }) => made && made.kind !== 'C');
    this.options.onCommitted(
      delivered.length,
      delivered.flatMap(({ made }) => (made?.event ? [made.event] : [])),
    );
    this.reportState();
  }

  private takeBatch(): { waiting: Waiting; made: Made | undefined }[] {
    const batch: { waiting: Waiting; made: Made | undefined }[] = [];
    let bytes = 0;
    let taken = 0;
    for (const waiting of this.queue) {
      if (bytes >= MAX_COMMIT_BYTES) break;
      taken += 1;
      if (!this.hasRoom(bytes, waiting.ceiling)) {
        waiting.reject(unavailable('full'));
        continue;
      }
      const made = makeOrReject(waiting);
      if (made === 'rejected') continue;
      batch.push({ waiting, made });
      bytes += made?.frame.length ?? 0;
    }
    this.queue = this.queue.slice(taken);
    if (taken > batch.length) this.reportState();
    return batch;
  }

  private noteAll(batch: readonly { made: Made | undefined }[], at: { segment: number; offset: number }): void {
    let start = at.offset;
    for (const { made } of batch) {
      if (!made) continue;
      const end = start + made.frame.length;
      this.options.attempts.note(made.kind, made.correlationId, { segment: at.segment, start, end });
      start = end;
    }
  }

  private fail(error: unknown, batch: readonly { waiting: Waiting }[]): void {
    this.failed = true;
    for (const { waiting } of batch) waiting.reject(unavailable('failed', error));
    for (const waiting of this.queue.splice(0)) waiting.reject(unavailable('failed', error));
    this.options.onState('failed', error);
    this.scheduleRetry();
  }

  private scheduleRetry(): void {
    this.retry = setTimeout(() => {
      void this.reopen();
    }, RETRY_MS);
    this.retry.unref();
  }

  private async reopen(): Promise<void> {
    try {
      await this.options.log.ensureOpen();
      this.failed = false;
      this.options.onState(this.state);
    } catch {
      // Reported when it failed first; the state says so until it works again.
      this.scheduleRetry();
    }
  }
}

function makeOrReject(waiting: Waiting): Made | undefined | 'rejected' {
  try {
    return waiting.make();
  } catch (error) {
    waiting.reject(error);
    return 'rejected';
  }
}

const kindOf = (phase: PreparedDraft['phase']): FrameKind =>
  phase === 'attempt' ? 'A' : phase === 'outcome' ? 'O' : 'S';

const unavailable = (state: 'full' | 'failed', cause?: unknown): HoldshortError =>
  new HoldshortError(
    'audit_unavailable',
    state === 'full'
      ? 'The audit spool is full, and nothing is done without a record.'
      : 'The audit spool cannot be written, and nothing is done without a record.',
    {
      advice:
        state === 'full'
          ? 'Wait until the audit pipeline has caught up, or tell the platform team.'
          : 'Tell the platform team to look at the disk of the audit spool.',
      cause,
    },
  );
