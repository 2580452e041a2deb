import { AUDIT_CHECKPOINTS_TOPIC, AUDIT_EVENTS_TOPIC } from '@holdshort/audit-events';
import { defineMetrics } from '@holdshort/telemetry';

const SOURCES = ['kafka', 'relay'] as const;

/** Every metric of the ingest; docs/reference/metrics.md is made from it. */
export const INGEST_METRICS = defineMetrics({
  holdshort_ingest_rows_total: {
    ...{ kind: 'counter', unit: 'records' },
    meaning: 'Events and checkpoints by what became of them: stored, repeated (known already), quarantined.',
    labels: { source: SOURCES, result: ['stored', 'repeated', 'quarantined'] },
  },
  holdshort_ingest_batch_duration_seconds: {
    ...{
      kind: 'histogram',
      unit: 'seconds',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    },
    meaning: 'From a batch that has come to its commit, waiting for the database included.',
    labels: { source: SOURCES },
  },
  holdshort_ingest_delay_seconds: {
    ...{ kind: 'histogram', unit: 'seconds', buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 86_400] },
    meaning: 'From the time of an event to its commit; one observation per batch, of its oldest event.',
    labels: { source: SOURCES },
  },
  holdshort_ingest_failures_total: {
    ...{ kind: 'counter', unit: 'times', meaning: 'Tries that failed, by part; each is repeated.' },
    labels: { part: ['store', 'kafka'] },
  },
  holdshort_ingest_last_stored_timestamp_seconds: {
    ...{ kind: 'gauge', unit: 'seconds', meaning: 'When a batch was last committed, seconds since 1970; 0 before.' },
  },
  holdshort_ingest_kafka_member: {
    ...{ kind: 'gauge', unit: 'yes or no', meaning: '1 while the ingest is a member of its consumer group.' },
  },
  holdshort_ingest_kafka_lag_records: {
    ...{ kind: 'gauge', unit: 'records' },
    meaning: 'Records of the topic that the group has not stored, all partitions together; asked of Kafka every 15 s.',
    labels: { topic: [AUDIT_EVENTS_TOPIC, AUDIT_CHECKPOINTS_TOPIC] },
  },
  holdshort_ingest_dead_letters_records: {
    ...{ kind: 'gauge', unit: 'records' },
    meaning: 'Records in quarantine that no replay has stored; `holdshort audit dead-letters` shows them.',
  },
});
