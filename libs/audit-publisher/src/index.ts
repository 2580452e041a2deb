export * from './audit-trail.js';
export { openAuditTrail, type AuditTrailOptions } from './open-audit-trail.js';
export { readSpool, type SpooledItem } from './spool/read-spool.js';
export { inspectSpool, type SpoolReport } from './spool/inspect-spool.js';
export type { SegmentReport } from './spool/inspect-segment.js';
export { showSpool, spoolMetrics, type SpoolMetrics } from './spool-metrics.js';
export { openSegmentFile, type OpenSegmentFile, type SegmentFile } from './spool/segment-file.js';
export { createKafkaPublisher, type KafkaPublisherOptions } from './publishers/kafka-publisher.js';
export { createRelayPublisher, type RelayPublisherOptions, type RelayTls } from './publishers/relay-publisher.js';
export { createKafkaClient, type KafkaConnection } from './publishers/kafka-client.js';
export { withinTime } from './publishers/within-time.js';
export { guardKafkaRejections } from './publishers/kafka-rejections.js';
export {
  AUDIT_TOPICS,
  auditTopicSettings,
  checkAuditTopics,
  ensureAuditTopic,
  type AuditTopicSettings,
  type TopicState,
} from './publishers/audit-topic.js';
export {
  KAFKA_SECURITY_SETTINGS,
  kafkaSecurity,
  type KafkaSecurity,
  type KafkaSecuritySettings,
} from './publishers/kafka-security.js';
