import { createMetrics, type MetricSet } from '@holdshort/telemetry';
import { INGEST_METRICS } from './metrics-table.js';
import type { StoreResult } from './store/event-store.js';

type Source = 'kafka' | 'relay';

/** What is looked up at each scrape. */
export interface IngestState {
  deadLetters: () => Promise<number>;
  /** Undefined where there is no Kafka. */
  isMember: () => boolean | undefined;
}

/** What Prometheus sees of the ingest. */
export class IngestMetrics {
  private readonly set: MetricSet<typeof INGEST_METRICS> = createMetrics(INGEST_METRICS);

  expose(): Promise<{ contentType: string; text: string }> {
    return this.set.expose();
  }

  show({ deadLetters, isMember }: IngestState): void {
    this.set.read('holdshort_ingest_dead_letters_records', deadLetters);
    this.set.read('holdshort_ingest_kafka_member', () => Number(isMember() ?? false));
  }

  /** @param oldest time of the oldest event of the batch, RFC 3339, where it has one */
  stored(
    source: Source,
    result: StoreResult,
    { tookMs, oldest }: { tookMs: number; oldest: string | undefined },
  ): void {
    const count = (what: 'stored' | 'repeated' | 'quarantined', records: number): void => {
      this.set.add('holdshort_ingest_rows_total', { source, result: what }, records);
    };
    count('stored', result.inserted);
    count('repeated', result.repeated);
    count('quarantined', result.quarantined.length);
    this.set.set('holdshort_ingest_last_stored_timestamp_seconds', {}, Date.now() / 1000);
    this.set.observe('holdshort_ingest_batch_duration_seconds', { source }, tookMs / 1000);
    if (oldest === undefined) return;
    const delayMs = Math.max(0, Date.now() - Date.parse(oldest));
    this.set.observe('holdshort_ingest_delay_seconds', { source }, delayMs / 1000);
  }

  failed(part: 'store' | 'kafka'): void {
    this.set.add('holdshort_ingest_failures_total', { part });
  }

  lag(topic: string, records: number): void {
    this.set.set('holdshort_ingest_kafka_lag_records', { topic }, records);
  }
}
