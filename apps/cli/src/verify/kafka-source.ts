import { randomUUID } from 'node:crypto';
import {
  AUDIT_CHECKPOINTS_TOPIC,
  AUDIT_EVENTS_TOPIC,
  trailItemOf,
  UnreadableInput,
  type TrailItem,
} from '@holdshort/audit-events';
import type { createKafkaClient } from '@holdshort/audit-publisher';
import { loadSettings } from '@holdshort/config';
import { Handover } from './handover.js';

type Client = ReturnType<typeof createKafkaClient>;

/** What is used of a batch of kafkajs. */
interface Batch {
  topic: string;
  partition: number;
  messages: readonly { value: Buffer | null; offset: string }[];
}

/**
 * All that the two topics hold now: checkpoints first, so that a record is compared when it is read. A group of its own is
 * used and deleted; nobody else's offsets move.
 * @param brokers host:port, comma-separated; TLS and SASL by the settings HOLDSHORT_KAFKA_* of `env`
 */
export async function* kafkaItems(brokers: string, env: NodeJS.ProcessEnv): AsyncGenerator<TrailItem> {
  // loaded here only: no other command waits for a Kafka client
  const kafka = await import('@holdshort/audit-publisher');
  const security = kafka.kafkaSecurity(loadSettings(kafka.KAFKA_SECURITY_SETTINGS, env));
  const release = kafka.guardKafkaRejections();
  const list = brokers.split(',').filter((broker) => broker !== '');
  const client = kafka.createKafkaClient({ brokers: list, clientId: 'holdshort-audit-verify', ...security });
  try {
    yield* topicItems(client, AUDIT_CHECKPOINTS_TOPIC);
    yield* topicItems(client, AUDIT_EVENTS_TOPIC);
  } catch (error) {
    if (error instanceof UnreadableInput) throw error;
    throw new UnreadableInput(`Kafka at ${brokers} cannot be read`, { cause: error });
  } finally {
    release();
  }
}

/** Next offset of each partition that has records. */
async function ends(client: Client, topic: string): Promise<Map<number, bigint>> {
  const admin = client.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(
      offsets
        .filter(({ low, high }) => BigInt(high) > BigInt(low))
        .map(({ partition, high }) => [partition, BigInt(high)]),
    );
  } finally {
    await admin.disconnect();
  }
}

async function* topicItems(client: Client, topic: string): AsyncGenerator<TrailItem> {
  const waited = await ends(client, topic);
  if (waited.size === 0) return;
  const groupId = `holdshort-audit-verify-${randomUUID()}`;
  const consumer = client.consumer({ groupId });
  const handover = new Handover<TrailItem>();
  consumer.on('consumer.crash', ({ payload }) => {
    if (!payload.restart) handover.end(payload.error);
  });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachBatch: async ({ batch, ...call }) => {
        const end = waited.get(batch.partition);
        if (end === undefined) return;
        await handOver(batch, end, handover);
        await call.heartbeat();
        if (BigInt(batch.lastOffset()) + 1n >= end) waited.delete(batch.partition);
        if (waited.size === 0) handover.end();
      },
    });
    yield* handover;
  } finally {
    handover.end();
    await consumer.disconnect();
    await deleteGroup(client, groupId);
  }
}

async function handOver(batch: Batch, end: bigint, handover: Handover<TrailItem>): Promise<void> {
  const { topic, partition } = batch;
  const messages = batch.messages.filter(({ offset }) => BigInt(offset) < end);
  try {
    const items = messages.map(({ value, offset }) =>
      trailItemOf(value?.toString('utf8') ?? '', `record ${offset} of ${topic}/${partition}`),
    );
    await handover.put(items);
  } catch (error) {
    // to the reader: kafkajs would ask for the same batch for ever
    handover.end(error instanceof Error ? error : new UnreadableInput(String(error)));
  }
}

async function deleteGroup(client: Client, groupId: string): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  try {
    await admin.deleteGroups([groupId]);
  } finally {
    await admin.disconnect();
  }
}
