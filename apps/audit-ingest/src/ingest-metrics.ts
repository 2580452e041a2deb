import { Counter, Gauge, Registry, collectDefaultMetrics } from '@holdshort/telemetry';
import type { StoreResult } from './store/event-store.js';

type Source = 'kafka' | 'relay';

/** What Prometheus sees of the ingest. */
export class IngestMetrics {
  readonly registry = new Registry();
  private readonly events = new Counter({
    name: 'holdshort_ingest_events_total',
    help: 'Events by source and result: stored, repeated (known already), quarantined.',
    labelNames: ['source', 'result'],
    registers: [this.registry],
  });
  private readonly failures = new Counter({
    name: 'holdshort_ingest_failures_total',
    help: 'Failed tries by part: store, kafka.',
    labelNames: ['part'],
    registers: [this.registry],
  });
  private readonly lastStored = new Gauge({
    name: 'holdshort_ingest_last_stored_timestamp_seconds',
    help: 'When a batch was last committed.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  stored(source: Source, result: StoreResult): void {
    this.events.inc({ source, result: 'stored' }, result.inserted);
    this.events.inc({ source, result: 'repeated' }, result.repeated);
    this.events.inc({ source, result: 'quarantined' }, result.quarantined.length);
    this.lastStored.setToCurrentTime();
  }

  failed(part: 'store' | 'kafka'): void {
    this.failures.inc({ part });
  }
}
