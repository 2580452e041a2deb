import { ChannelCredentials } from '@grpc/grpc-js';
import { AUDIT_EVENTS_TOPIC } from '@holdshort/audit-events';
import { auditTopicSettings, createKafkaClient, ensureAuditTopic } from '@holdshort/audit-publisher';
import { auditV1 } from '@holdshort/contracts';
import { createLogger } from '@holdshort/telemetry';
import { describeWithKafka } from '@holdshort/testkit';
import { createAuthority, issueLeaf } from '@holdshort/tls';
import { BatchWriter } from '../store/batch-writer.js';
import type { Incoming } from '../store/incoming.js';
import { KafkaSource } from './kafka-source.js';
import { startRelayServer } from './relay-server.js';

const silent = createLogger('test', 'error', { write: () => undefined });
const metrics = { stored: () => undefined, failed: () => undefined, lag: () => undefined };
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** A store that answers when its gate is opened, and counts what it was given. */
class GatedStore {
  private readonly gate: Promise<void>;
  open!: () => void;
  rows = 0;
  calls = 0;

  constructor() {
    this.gate = new Promise((resolve) => {
      this.open = resolve;
    });
  }

  async store(batch: readonly Incoming[]) {
    this.rows += batch.length;
    this.calls += 1;
    await this.gate;
    return { inserted: batch.length, repeated: 0, quarantined: [], events: [] };
  }

  readonly writer = new BatchWriter({
    ...{ store: this, metrics, tracing: { note: () => undefined } },
    ...{ logger: silent, ready: Promise.resolve() },
  });
}

/** Resolves when the count has not changed for a second: nothing more comes by itself. */
async function untilStill(count: () => number): Promise<number> {
  let [last, since] = [-1, Date.now()];
  while (last === 0 || last === -1 || Date.now() - since < 1000) {
    if (count() !== last) [last, since] = [count(), Date.now()];
    await turn();
  }
  return last;
}

test('a relay whose store is slow takes few batches from a sender that does not wait, and all of them afterwards', async () => {
  const ca = await createAuthority({ commonName: 'agent CA', days: 1 });
  const server = await issueLeaf(ca, { commonName: 'r', names: ['localhost'], usage: ['server'], seconds: 600 });
  const names = ['spiffe://holdshort/default/agent/agt_1'];
  const client = await issueLeaf(ca, { commonName: 'x', names, usage: ['client'], seconds: 600 });
  const store = new GatedStore();
  const relay = await startRelayServer({
    ...{ host: '127.0.0.1', port: 0, tenant: 'default', writer: store.writer },
    ...{ ca: ca.certificate, cert: server.certificate, key: server.privateKey },
  });
  const pem = [ca.certificate, client.privateKey, client.certificate].map((text) => Buffer.from(text));
  const credentials = ChannelCredentials.createSsl(pem[0], pem[1], pem[2]);
  const address = relay.address.replace('127.0.0.1', 'localhost');
  const sender = new auditV1.AuditRelayServiceClient(address, credentials);
  const stream = sender.relay();
  const [count, megabyte] = [40, Buffer.alloc(1024 * 1024)];
  let [sent, acknowledged] = [0, 0];
  stream.on('data', () => (acknowledged += 1));
  stream.on('error', () => undefined);
  try {
    for (let n = 1; n <= count; n += 1) {
      const message = { batch: String(n), records: [{ key: 'k', value: megabyte, checkpoint: false }] };
      stream.write(message, () => (sent += 1));
    }
    // one at the store, those that the stream reads ahead, and what the connection itself has room for
    expect(await untilStill(() => sent)).toBeLessThanOrEqual(8);
    expect(store.calls).toBe(1);
    expect(acknowledged).toBe(0);
    store.open();
    while (acknowledged < count) await turn();
    expect(store.rows).toBe(count);
  } finally {
    stream.cancel();
    sender.close();
    await relay.close();
  }
}, 120_000);

describeWithKafka('Kafka before a store that is slow', (broker) => {
  test('no more than three batches of a thousand are taken, and all of it afterwards', async () => {
    const { brokers } = broker();
    const kafka = createKafkaClient({ brokers, clientId: 'test', logger: silent });
    await ensureAuditTopic(kafka, auditTopicSettings(AUDIT_EVENTS_TOPIC));
    const producer = kafka.producer();
    await producer.connect();
    const total = 30_000;
    for (let n = 0; n < total; n += 5000) {
      const messages = Array.from({ length: 5000 }, (_, k) => ({
        key: `chain-${(n + k) % 97}`,
        value: `event ${n + k}`,
      }));
      await producer.send({ topic: AUDIT_EVENTS_TOPIC, messages });
    }
    await producer.disconnect();
    const store = new GatedStore();
    const source = new KafkaSource({
      ...{ brokers, group: 'slow', ocsf: false, security: {}, metrics, logger: silent },
      writer: store.writer,
    });
    source.start();
    try {
      expect(await untilStill(() => store.rows)).toBeLessThanOrEqual(3000);
      expect(store.calls).toBeLessThanOrEqual(3);
      store.open();
      while (store.rows < total) await turn();
      expect(await untilStill(() => store.rows)).toBe(total);
    } finally {
      await source.stop();
    }
  }, 120_000);
});
