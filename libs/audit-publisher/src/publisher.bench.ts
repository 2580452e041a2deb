import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventChain, eventHeaders } from '@holdshort/audit-events';
import { kafkaAvailability, startKafka, type RunningKafka } from '@holdshort/dev-services';
import { Producer as OtherProducer } from '@platformatic/kafka';
import kafkajs, { type Producer } from 'kafkajs';
import { createKafkaPublisher, openAuditTrail, type OutgoingEvent, type Publisher } from './index.js';
import { auditTopicSettings, ensureAuditTopic } from './publishers/audit-topic.js';
import { usualRead } from './testing/usual-read.js';

const BATCH = 256;
const BATCHES = 40;
const ROUNDS = 4;

interface Figure {
  name: string;
  value: number;
  unit: string;
  target?: string;
}

/** Two raw clients, our publisher and the whole way out of the spool in turn, with the same records on one real broker. */
export async function bench(): Promise<Figure[]> {
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

async function compare({ brokers }: RunningKafka, dir: string): Promise<Figure[]> {
  const kafka = new kafkajs.Kafka({ brokers, clientId: 'bench', logLevel: kafkajs.logLevel.NOTHING });
  for (const topic of ['raw', 'other', 'ours', 'ours-checkpoints'])
    await ensureAuditTopic(kafka, auditTopicSettings(topic));
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  const other = new OtherProducer<Buffer, Buffer, Buffer, Buffer>({
    clientId: 'bench-other',
    bootstrapBrokers: brokers,
  });
  const open = (): Publisher => createKafkaPublisher({ brokers, topic: 'ours', checkpointsTopic: 'ours-checkpoints' });
  const publisher = open();
  const rates = { raw: [] as Rate[], other: [] as Rate[], ours: [] as Rate[], spool: [] as Rate[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const raw = await rateOf((batch) => sendRaw(producer, batch));
    const ours = await rateOf((batch) => publisher.publish(batch));
    const next = await rateOf((batch) => sendByOther(other, batch));
    const spool = { perSecond: await rateOutOfSpool(join(dir, `spool-${round}`), open()), cpuUs: 0 };
    // the first round warms up
    if (round > 0)
      for (const [name, rate] of Object.entries({ raw, other: next, ours, spool })) rates[name as 'raw'].push(rate);
  }
  await publisher.close();
  await producer.disconnect();
  await other.close(true);
  return figuresOf(rates);
}

function figuresOf(rates: Record<'raw' | 'other' | 'ours' | 'spool', Rate[]>): Figure[] {
  const mean = (list: readonly Rate[], what: keyof Rate): number =>
    list.reduce((sum, rate) => sum + rate[what], 0) / list.length;
  const rate = (name: string, side: Rate[]): Figure => ({
    ...{ name, value: Math.round(mean(side, 'perSecond')), unit: 'events/s' },
  });
  const cost = (name: string, side: Rate[]): Figure => ({
    ...{ name: `${name}, processor time`, value: Number(mean(side, 'cpuUs').toFixed(1)), unit: 'us/event' },
  });
  const ratio = (name: string, side: Rate[], target?: string): Figure => ({
    ...{ name, value: Number((mean(side, 'perSecond') / mean(rates.raw, 'perSecond')).toFixed(2)), unit: 'x' },
    ...(target === undefined ? {} : { target }),
  });
  return [
    rate('kafkajs alone, same records, acks=all, idempotent, gzip', rates.raw),
    cost('kafkajs alone', rates.raw),
    rate('@platformatic/kafka alone, same records and settings', rates.other),
    cost('@platformatic/kafka alone', rates.other),
    ratio('@platformatic/kafka alone, of kafkajs alone', rates.other),
    rate('Kafka publisher', rates.ours),
    cost('Kafka publisher', rates.ours),
    ratio('Kafka publisher, of kafkajs alone', rates.ours, 'at least 0.8'),
    rate('out of the spool into Kafka', rates.spool),
  ];
}

interface Rate {
  perSecond: number;
  /** Of this process, an event. */
  cpuUs: number;
}

async function rateOf(send: (batch: readonly OutgoingEvent[]) => Promise<void>): Promise<Rate> {
  const chain = new EventChain({ emitter: { id: 'agt_bench', host: 'box', version: '1' }, tenant: 'default' });
  const batches = Array.from({ length: BATCHES }, () =>
    Array.from({ length: BATCH }, (_, n): OutgoingEvent => {
      const { event, json } = chain.append(chain.prepare(usualRead(`c${n}`)));
      return { key: event.chain_id, value: json, event, subject: 'acme/app' };
    }),
  );
  const start = performance.now();
  const used = process.cpuUsage();
  for (const batch of batches) await send(batch);
  const { user, system } = process.cpuUsage(used);
  const events = BATCH * BATCHES;
  return { perSecond: (events * 1000) / (performance.now() - start), cpuUs: (user + system) / events };
}

async function sendRaw(producer: Producer, batch: readonly OutgoingEvent[]): Promise<void> {
  const messages = batch.map(({ key, value, event, subject }) => ({
    ...{ key, value, headers: eventHeaders(event, subject) },
  }));
  await producer.send({ topic: 'raw', acks: -1, compression: kafkajs.CompressionTypes.GZIP, messages });
}

async function sendByOther(producer: OtherProducer, batch: readonly OutgoingEvent[]): Promise<void> {
  const messages = batch.map(({ key, value, event, subject }) => ({
    ...{ topic: 'other', key: Buffer.from(key), value, headers: bytesOf(eventHeaders(event, subject)) },
  }));
  await producer.send({ messages, acks: -1, compression: 'gzip', idempotent: true });
}

/** This client takes headers as bytes. */
const bytesOf = (headers: Record<string, string>): Map<Buffer, Buffer> =>
  new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]));

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
