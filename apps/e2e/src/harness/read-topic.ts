import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Kafka, KafkaMessage } from 'kafkajs';

const WITHIN_MS = 60_000;

/** Reads what a topic holds now, partition by partition in its order, as a client that knows nothing of Holdshort. */
export const topicReader = (kafka: Kafka) => ({ readAll: (topic: string) => readAll(kafka, topic) });

async function readAll(kafka: Kafka, topic: string): Promise<KafkaMessage[]> {
  const ends = await endsOf(kafka, topic);
  if (ends.size === 0) return [];
  const consumer = kafka.consumer({ groupId: `e2e-${randomUUID()}`, maxWaitTimeInMs: 100 });
  const records: KafkaMessage[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const late = setTimeout(() => reject(new Error(`${topic} could not be read to its end`)), WITHIN_MS);
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachBatch: ({ batch }) => {
        const end = ends.get(batch.partition);
        if (end === undefined) return Promise.resolve();
        records.push(...batch.messages.filter(({ offset }) => BigInt(offset) < end));
        if (BigInt(batch.lastOffset()) + 1n >= end) ends.delete(batch.partition);
        if (ends.size === 0) resolve(undefined);
        return Promise.resolve();
      },
    });
    await promise;
  } finally {
    clearTimeout(late);
    await consumer.disconnect();
  }
  return records;
}

/** Next offset of each partition that holds something. */
async function endsOf(kafka: Kafka, topic: string): Promise<Map<number, bigint>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const offsets = await whenLed(() => admin.fetchTopicOffsets(topic));
    return new Map(
      offsets
        .filter(({ low, high }) => BigInt(high) > BigInt(low))
        .map(({ partition, high }) => [partition, BigInt(high)]),
    );
  } finally {
    await admin.disconnect();
  }
}

/** A broker that has only just come back may not lead its partitions yet; the client does not ask again by itself. */
async function whenLed<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isRetriable(error) || Date.now() > deadline) throw error;
      await delay(500);
    }
  }
}

const isRetriable = (error: unknown): boolean =>
  error instanceof Error && 'retriable' in error && error.retriable === true;
