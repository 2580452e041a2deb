import type { Logger, Tracing } from '@holdshort/telemetry';
import type { IngestMetrics } from '../ingest-metrics.js';
import type { EventStore, StoreResult } from './event-store.js';
import type { Incoming, Refused } from './incoming.js';
import { retryUntilDone } from './retry.js';

/** Stores batches of both sources, and keeps trying while the database is away. */
export class BatchWriter {
  private failing = false;

  constructor(
    private readonly parts: {
      store: EventStore;
      metrics: IngestMetrics;
      tracing: Tracing;
      logger: Logger;
      /** Resolves when the schema is there; nothing is stored before. */
      ready: Promise<void>;
    },
  ) {}

  get healthy(): boolean {
    return !this.failing;
  }

  /** Resolves when the batch is committed; rejects only where the signal ends the wait. @returns what is in quarantine */
  async write(batch: readonly Incoming[], signal: AbortSignal): Promise<readonly Refused[]> {
    const source = batch[0]?.source;
    if (source === undefined) return [];
    const { store, metrics, logger, ready } = this.parts;
    const began = Date.now();
    await ready;
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
