import { EventChain, eventHeaders, type AuditEvent } from '@holdshort/audit-events';
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { auditV1 } from '@holdshort/contracts';
import { describeWithKafka } from '@holdshort/testkit';
import { createAuthority, issueLeaf, type Credential } from '@holdshort/tls';
import { Kafka, logLevel } from 'kafkajs';
import { createKafkaPublisher, createRelayPublisher, type OutgoingEvent, type Publisher } from '../index.js';

const chain = (id = 'agt_test'): EventChain =>
  new EventChain({ emitter: { id, host: 'box', version: '1' }, tenant: 'default' });

function records(from: EventChain, count: number): OutgoingEvent[] {
  return Array.from({ length: count }, (_, n) => {
    const { event, json } = from.append(
      from.prepare({
        type: 'call.read',
        phase: 'single',
        correlation_id: `c${n}`,
        target: { host: 'github.com', repo: 'acme/app' },
      }),
    );
    return { key: event.chain_id, value: json, event, subject: 'acme/app' };
  });
}

interface OtherSide {
  publisher: Publisher;
  /** Everything durably received, in order, as soon as `count` are there. */
  received(count: number): Promise<Buffer[]>;
  checkpoints(count: number): Promise<Buffer[]>;
  breakConnection(): Promise<void>;
  repairConnection(): Promise<void>;
}

/** What every publisher promises to the spool. */
function publisherContract(setUp: () => Promise<OtherSide>): void {
  test('batches arrive whole, unchanged and in order', async () => {
    const other = await setUp();
    const all = records(chain(), 600);
    for (let start = 0; start < all.length; start += 200) await other.publisher.publish(all.slice(start, start + 200));
    expect(other.publisher.isConnected()).toBe(true);
    expect(await other.received(600)).toEqual(all.map((record) => record.value));
    await other.publisher.close();
  }, 60_000);

  test('checkpoints go with the events, as what they are', async () => {
    const other = await setUp();
    const [event, second] = records(chain(), 2);
    if (!event || !second) throw new Error('no records');
    const value = Buffer.from('{"typ":"checkpoint"}');
    const checkpoint = {
      key: event.key,
      value,
      checkpoint: { agent_id: 'agt_test', chain_id: event.key, seq: 1, time: new Date().toISOString() },
    };
    await other.publisher.publish([event, checkpoint, second]);
    expect(await other.received(2)).toEqual([event.value, second.value]);
    expect(await other.checkpoints(1)).toEqual([value]);
    await other.publisher.close();
  }, 60_000);

  test('while the other side is away a batch is rejected; afterwards the identical batch goes through', async () => {
    const other = await setUp();
    const all = records(chain(), 20);
    await other.publisher.publish(all.slice(0, 10));
    await other.breakConnection();
    await expect(other.publisher.publish(all.slice(10))).rejects.toThrow();
    expect(other.publisher.isConnected()).toBe(false);
    await other.repairConnection();
    await repeat(() => other.publisher.publish(all.slice(10)));
    const values = (await other.received(20)).map(String);
    expect([...new Set(values)]).toEqual(all.map((record) => String(record.value)));
    await other.publisher.close();
  }, 120_000);

  test('closing ends a publication under way', async () => {
    const other = await setUp();
    await other.breakConnection();
    const publication = other.publisher.publish(records(chain(), 1));
    const outcome = expect(publication).rejects.toThrow();
    await other.publisher.close();
    await outcome;
    await other.repairConnection();
  }, 60_000);
}

async function repeat(work: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt >= 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** A relay that speaks the protocol and keeps what it gets. */
class KeepingRelay {
  readonly values: Buffer[] = [];
  readonly checkpoints: Buffer[] = [];
  private server: Server | undefined;
  port = 0;

  constructor(
    private readonly ca: Credential,
    private readonly leaf: Credential,
  ) {}

  async start(): Promise<void> {
    const server = new Server();
    server.addService(auditV1.AuditRelayServiceService, {
      relay: (stream: ServerDuplexStream<auditV1.RelayRequest, auditV1.RelayResponse>) => {
        stream.on('data', (request: auditV1.RelayRequest) => {
          for (const { checkpoint, value } of request.records)
            (checkpoint ? this.checkpoints : this.values).push(Buffer.from(value));
          stream.write({ batch: request.batch });
        });
        stream.on('end', () => stream.end());
        stream.on('error', () => undefined);
      },
    });
    const pair = { cert_chain: Buffer.from(this.leaf.certificate), private_key: Buffer.from(this.leaf.privateKey) };
    const credentials = ServerCredentials.createSsl(Buffer.from(this.ca.certificate), [pair], true);
    this.port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.port}`, credentials, (error, port) => {
        if (error) reject(error);
        else resolve(port);
      });
    });
    this.server = server;
  }

  stop(): void {
    this.server?.forceShutdown();
  }
}

describe('the relay publisher', () => {
  const relays: KeepingRelay[] = [];
  afterEach(() => {
    for (const relay of relays.splice(0)) relay.stop();
  });

  publisherContract(async () => {
    const ca = await createAuthority({ commonName: 'agent CA', days: 1 });
    const server = await issueLeaf(ca, {
      commonName: 'relay',
      names: ['localhost', '127.0.0.1'],
      usage: ['server'],
      seconds: 600,
    });
    const client = await issueLeaf(ca, {
      commonName: 'agt_test',
      names: ['spiffe://holdshort/default/agent/agt_test'],
      usage: ['client'],
      seconds: 600,
    });
    const relay = new KeepingRelay(ca, server);
    relays.push(relay);
    await relay.start();
    const tls = { ca: ca.certificate, cert: client.certificate, key: client.privateKey };
    return {
      publisher: createRelayPublisher({ address: `127.0.0.1:${relay.port}`, tls, watchdogMs: 2000 }),
      received: async () => Promise.resolve(relay.values),
      checkpoints: async () => Promise.resolve(relay.checkpoints),
      breakConnection: async () => {
        relay.stop();
        return Promise.resolve();
      },
      repairConnection: () => relay.start(),
    };
  });
});

describeWithKafka('the Kafka publisher', (broker) => {
  let count = 0;

  async function readAll(
    topic: string,
    wanted: number,
  ): Promise<{ key: string; value: Buffer; headers: Record<string, string> }[]> {
    const consumer = new Kafka({ brokers: broker().brokers, logLevel: logLevel.NOTHING }).consumer({
      groupId: `reader-${topic}-${Date.now()}`,
    });
    const read: { key: string; value: Buffer; headers: Record<string, string> }[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`${read.length} of ${wanted} records`));
      }, 30_000);
      void consumer.run({
        eachMessage: async ({ message }) => {
          const headers = Object.fromEntries(
            Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
          );
          read.push({ key: String(message.key), value: message.value ?? Buffer.alloc(0), headers });
          if (new Set(read.map((record) => String(record.value))).size >= wanted) {
            clearTimeout(timer);
            resolve();
          }
          return Promise.resolve();
        },
      });
    });
    await consumer.disconnect();
    return read;
  }

  publisherContract(() => {
    count += 1;
    const topic = `contract-${count}`;
    return Promise.resolve({
      publisher: createKafkaPublisher({
        brokers: broker().brokers,
        topic,
        checkpointsTopic: `${topic}-checkpoints`,
        watchdogMs: 4000,
      }),
      received: async (wanted: number) => (await readAll(topic, wanted)).map((record) => record.value),
      checkpoints: async (wanted: number) =>
        (await readAll(`${topic}-checkpoints`, wanted)).map((record) => record.value),
      breakConnection: () => broker().kill('SIGKILL'),
      repairConnection: () => broker().restart(),
    });
  });

  test('a consumer that knows nothing of Holdshort reads JSON, the chain as key, and CloudEvents headers', async () => {
    const publisher = createKafkaPublisher({ brokers: broker().brokers, topic: 'plain' });
    const [record] = records(chain(), 1);
    if (!record) throw new Error('no record');
    await publisher.publish([record]);
    await publisher.close();
    const [read] = await readAll('plain', 1);
    const event = JSON.parse(String(read?.value)) as AuditEvent;
    expect(read?.key).toBe(event.chain_id);
    expect(read?.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: '/holdshort/agents/agt_test',
      ce_type: 'io.holdshort.call.read',
      ce_time: event.time,
      ce_subject: 'acme/app',
      'content-type': 'application/json',
    });
    expect(read?.headers).toEqual(eventHeaders(event, 'acme/app'));
  }, 60_000);

  test('the traceparent of an event is a header as well (CloudEvents, extension Distributed Tracing)', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const publisher = createKafkaPublisher({ brokers: broker().brokers, topic: 'traced' });
    const [record] = records(chain(), 1);
    if (!record) throw new Error('no event');
    await publisher.publish([{ ...record, event: { ...record.event, traceparent } }]);
    await publisher.close();
    const [read] = await readAll('traced', 1);
    expect(read?.headers).toMatchObject({ ce_traceparent: traceparent });
  }, 60_000);
});
