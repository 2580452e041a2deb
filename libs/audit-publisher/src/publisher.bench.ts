import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventChain, eventHeaders } from '@holdshort/audit-events';
import { kafkaAvailability, startKafka, type RunningKafka } from '@holdshort/dev-services';
import kafkajs, { type Producer } from 'kafkajs';
import { createKafkaPublisher, openAuditTrail, type OutgoingEvent, type Publisher } from './index.js';
import { auditTopicSettings, ensureAuditTopic } from './publishers/audit-topic.js';
import { usualRead } from './testing/usual-read.js';

const BATCH = 256;
const BATCHES = 40;
const ROUNDS = 4;

/** The raw client, our publisher and the whole way out of the spool in turn, with the same records on one real broker. */
export async function bench(): Promise<{ name: string; value: number; unit: string; target?: string }[]> {
  const { available, reason } = await kafkaAvailability();
  if (!available) throw new Error(`no broker: ${reason}`);
  const dir = await mkdtemp(join(tmpdir(), 'hs-bench-'));
  const broker = await startKafka({ dataDir: join(dir, 'kafka') });
  try {
    return await compare(broker, dir);
  } finally {
    await broker.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function compare({ brokers }: RunningKafka, dir: string): Promise<Awaited<ReturnType<typeof bench>>> {
  const kafka = new kafkajs.Kafka({ brokers, clientId: 'bench', logLevel: kafkajs.logLevel.NOTHING });
  for (const topic of ['raw', 'ours', 'ours-checkpoints']) await ensureAuditTopic(kafka, auditTopicSettings(topic));
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  const open = (): Publisher => createKafkaPublisher({ brokers, topic: 'ours', checkpointsTopic: 'ours-checkpoints' });
  const publisher = open();
  const rates = { raw: [] as number[], ours: [] as number[], spool: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const raw = await rateOf((batch) => sendRaw(producer, batch));
    const ours = await rateOf((batch) => publisher.publish(batch));
    const spool = await rateOutOfSpool(join(dir, `spool-${round}`), open());
    // the first round warms up
    if (round > 0) for (const [name, rate] of Object.entries({ raw, ours, spool })) rates[name as 'raw'].push(rate);
  }
  await publisher.close();
  await producer.disconnect();
  const mean = (list: readonly number[]): number => list.reduce((sum, rate) => sum + rate, 0) / list.length;
  const [raw, ours, spool] = [mean(rates.raw), mean(rates.ours), mean(rates.spool)];
  return [
    { name: 'kafkajs alone, same records, acks=all, idempotent, gzip', value: Math.round(raw), unit: 'events/s' },
    { name: 'Kafka publisher', value: Math.round(ours), unit: 'events/s' },
    { name: 'Kafka publisher, of kafkajs alone', value: Number((ours / raw).toFixed(2)), unit: 'x', target: '0.8' },
    { name: 'out of the spool into Kafka', value: Math.round(spool), unit: 'events/s' },
  ];
}

async function rateOf(send: (batch: readonly OutgoingEvent[]) => Promise<void>): Promise<number> {
  const chain = new EventChain({ emitter: { id: 'agt_bench', host: 'box', version: '1' }, tenant: 'default' });
  const batches = Array.from({ length: BATCHES }, () =>
    Array.from({ length: BATCH }, (_, n): OutgoingEvent => {
      const { event, json } = chain.append(chain.prepare(usualRead(`c${n}`)));
      return { key: event.chain_id, value: Buffer.from(json), event, subject: 'acme/app' };
    }),
  );
  const start = performance.now();
  for (const batch of batches) await send(batch);
  return (BATCH * BATCHES * 1000) / (performance.now() - start);
}

async function sendRaw(producer: Producer, batch: readonly OutgoingEvent[]): Promise<void> {
  const messages = batch.map(({ key, value, event, subject }) => ({
    ...{ key, value, headers: eventHeaders(event, subject) },
  }));
  await producer.send({ topic: 'raw', acks: -1, compression: kafkajs.CompressionTypes.GZIP, messages });
}

/** From the first acknowledged record to the last, so that what the client needs to connect does not count. */
async function rateOutOfSpool(dir: string, publisher: Publisher): Promise<number> {
  let began = 0;
  let events = 0;
  const timed: Publisher = {
    kind: publisher.kind,
    isConnected: () => publisher.isConnected(),
    close: () => publisher.close(),
    publish: async (batch) => {
      await publisher.publish(batch);
      if (began === 0) began = performance.now();
      else events += batch.length;
    },
  };
  const emitter = { id: 'agt_bench', host: 'box', version: '1' };
  const filled = await openAuditTrail({ dir, emitter, tenant: 'default', publisher: { ...nobody } });
  for (let n = 0; n < BATCHES; n += 1)
    await Promise.all(Array.from({ length: BATCH }, (_, m) => filled.record(usualRead(`c${n}-${m}`))));
  await filled.close(0);
  const trail = await openAuditTrail({ dir, emitter, tenant: 'default', publisher: timed });
  while (trail.status().pending > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const rate = (events * 1000) / (performance.now() - began);
  await trail.close();
  return rate;
}

const nobody: Publisher = {
  kind: 'none',
  publish: () => Promise.reject(new Error('not yet')),
  isConnected: () => false,
  close: () => Promise.resolve(),
};
