import type { Logger, Tracing } from '@holdshort/telemetry';
import type { IngestMetrics } from '../ingest-metrics.js';
import type { EventStore, StoreResult } from './event-store.js';
import type { Incoming, Refused } from './incoming.js';
import { retryUntilDone } from './retry.js';

/** One stores, the next waits at the database for the lock under which events are inserted, and the third's are parsed. */
const LANES = 3;
/** Of one transaction: enough for the database to be busy with rows rather than with statements and commits. */
const MAX_ROWS = 2000;
const MAX_BYTES = 8 * 1024 * 1024;

interface Waiting {
  batch: readonly Incoming[];
  source: Incoming['source'];
  signal: AbortSignal;
  resolve: (refused: readonly Refused[]) => void;
}

export interface BatchWriterParts {
  store: Pick<EventStore, 'store'>;
  metrics: Pick<IngestMetrics, 'stored' | 'failed'>;
  tracing: Pick<Tracing, 'note'>;
  logger: Logger;
  /** Resolves when the schema is there; nothing is stored before. */
  ready: Promise<void>;
}

/**
 * Stores the batches of all sources, in their order, and keeps trying while the database is away. What waits goes into
 * one transaction together, so that many small batches are as quick as few large ones. It holds what is being written
 * for somebody and nothing more: a source that waits for each of its batches is the back-pressure.
 */
export class BatchWriter {
  private failing = false;
  private readonly waiting: Waiting[] = [];
  private busyLanes = 0;

  constructor(private readonly parts: BatchWriterParts) {}

  get healthy(): boolean {
    return !this.failing;
  }

  /** Resolves when the batch is committed; rejects only where the signal ends the wait. @returns what is in quarantine */
  async write(batch: readonly Incoming[], signal: AbortSignal): Promise<readonly Refused[]> {
    const source = batch[0]?.source;
    if (source === undefined) return [];
    await this.parts.ready;
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        reject(signal.reason instanceof Error ? signal.reason : new Error('the wait was ended'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const done = (refused: readonly Refused[]): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(refused);
      };
      this.waiting.push({ batch, source, signal, resolve: done });
      this.fillLanes();
    });
  }

  private fillLanes(): void {
    while (this.busyLanes < LANES && this.waiting.length > 0) {
      this.busyLanes += 1;
      void this.runLane();
    }
  }

  private async runLane(): Promise<void> {
    try {
      for (let together = this.take(); together.length > 0; together = this.take()) await this.store(together);
    } finally {
      this.busyLanes -= 1;
    }
  }

  /** The oldest, and what of the same source follows and fits. Whoever stopped waiting is left out. */
  private take(): Waiting[] {
    const taken: Waiting[] = [];
    let [rows, bytes] = [0, 0];
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const size = next.batch.reduce((sum, { value }) => sum + value.length, 0);
      const fits = rows + next.batch.length <= MAX_ROWS && bytes + size <= MAX_BYTES;
      if (taken.length > 0 && !(fits && next.source === taken[0]?.source)) break;
      this.waiting.shift();
      if (next.signal.aborted) continue;
      taken.push(next);
      [rows, bytes] = [rows + next.batch.length, bytes + size];
    }
    return taken;
  }

  /** Until it is done, or nobody waits for it any more. Never rejects. */
  private async store(together: readonly Waiting[]): Promise<void> {
    const abandoned = whenAllAborted(together.map(({ signal }) => signal));
    const quarantined = await this.storeUntilDone(together, abandoned.signal).catch(() => undefined);
    abandoned.release();
    if (quarantined === undefined) return;
    for (const { batch, resolve } of together) {
      const own = quarantined.length === 0 ? [] : quarantined.filter(({ incoming }) => batch.includes(incoming));
      resolve(own);
    }
  }

  private async storeUntilDone(together: readonly Waiting[], signal: AbortSignal): Promise<readonly Refused[]> {
    const { store, metrics, logger } = this.parts;
    const source = together[0]?.source ?? 'kafka';
    const batch = together.flatMap((each) => each.batch);
    const began = Date.now();
    const result = await retryUntilDone(() => store.store(batch), {
      signal,
      firstMs: 100,
      lastMs: 5000,
      onError: (error) => {
        this.noteFailure(error);
      },
    });
    if (this.failing) logger.info('the audit store is back');
    this.failing = false;
    metrics.stored(source, result, { tookMs: Date.now() - began, oldest: result.events[0]?.time });
    this.trace(result.events, began);
    for (const { reason, incoming } of result.quarantined) {
      logger.warn({ reason, source, place: incoming.place }, 'a record went to quarantine');
    }
    return result.quarantined;
  }

  /** The end of the trace that the event's call began. */
  private trace(events: StoreResult['events'], beganMs: number): void {
    for (const { traceparent: parent, correlation_id, type } of events) {
      if (parent === undefined) continue;
      const facts = { 'holdshort.correlation_id': correlation_id, 'holdshort.event_type': type };
      this.parts.tracing.note('store event', { kind: 'consumer', parent, facts }, beganMs);
    }
  }

  private noteFailure(error: unknown): void {
    this.parts.metrics.failed('store');
    if (!this.failing) this.parts.logger.error({ err: error }, 'the audit store refuses; will try again');
    this.failing = true;
  }
}

/** Aborted once each of them is. */
function whenAllAborted(signals: readonly AbortSignal[]): { signal: AbortSignal; release: () => void } {
  const all = new AbortController();
  const check = (): void => {
    if (signals.every(({ aborted }) => aborted)) all.abort(new Error('nobody waits for this batch any more'));
  };
  for (const signal of signals) signal.addEventListener('abort', check);
  check();
  const release = (): void => {
    for (const signal of signals) signal.removeEventListener('abort', check);
  };
  return { signal: all.signal, release };
}
