import type { Kafka } from 'kafkajs';

export interface AuditTopicSettings {
  topic: string;
  partitions: number;
  /** -1 leaves it to the broker's own default. */
  replicationFactor: number;
  retentionMs: number;
}

/** Kafka is the way, not the store: two weeks outlast any outage of the database that people let stand. */
const RETENTION_MS = 14 * 86_400_000;
/** Six readers at most share the topic; a chain always stays on one partition. */
const PARTITIONS = 6;

export const auditTopicSettings = (topic: string): AuditTopicSettings => ({
  topic,
  partitions: PARTITIONS,
  replicationFactor: -1,
  retentionMs: RETENTION_MS,
});

/** Creates the topic where it is missing; leaves an existing one as its owner has set it. Throws where the broker refuses. */
export async function ensureAuditTopic(kafka: Kafka, settings: AuditTopicSettings): Promise<void> {
  const admin = kafka.admin({ retry: { retries: 1 } });
  try {
    await admin.connect();
    const topics = await admin.listTopics();
    if (topics.includes(settings.topic)) return;
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic: settings.topic,
          numPartitions: settings.partitions,
          replicationFactor: settings.replicationFactor,
          configEntries: [
            { name: 'cleanup.policy', value: 'delete' },
            { name: 'retention.ms', value: String(settings.retentionMs) },
            // The time that counts is the event's; it travels in the record.
            { name: 'message.timestamp.type', value: 'CreateTime' },
          ],
        },
      ],
    });
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
