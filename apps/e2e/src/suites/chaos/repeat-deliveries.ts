import { AUDIT_CHECKPOINTS_TOPIC, AUDIT_EVENTS_TOPIC } from '@holdshort/audit-events';
import kafkajs, { type Kafka, type KafkaMessage } from 'kafkajs';
import { topicReader } from '../../harness/read-topic.js';
import type { SeededRandom } from './seeded-random.js';

/** What a publisher does whose acknowledgement was lost: records that stand in the topic come once more. */
export async function repeatDeliveries(brokers: readonly string[], random: SeededRandom): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'chaos', logLevel: kafkajs.logLevel.NOTHING });
  for (const topic of [AUDIT_EVENTS_TOPIC, AUDIT_CHECKPOINTS_TOPIC]) {
    const records = await topicReader(kafka).readAll(topic);
    const first = random.between(0, Math.max(0, records.length - 50));
    await send(kafka, topic, records.slice(first, first + 50));
  }
}

async function send(kafka: Kafka, topic: string, records: readonly KafkaMessage[]): Promise<void> {
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    const messages = records.map(({ key, value, headers, timestamp }) => ({
      ...{ key, value, timestamp },
      ...(headers ? { headers } : {}),
    }));
    if (messages.length > 0) await producer.send({ topic, acks: -1, messages });
  } finally {
    await producer.disconnect();
  }
}
