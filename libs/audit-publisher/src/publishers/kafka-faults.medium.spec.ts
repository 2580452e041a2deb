import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { EventChain } from '@holdshort/audit-events';
import type { RunningKafka } from '@holdshort/dev-services';
import { describeWithKafka } from '@holdshort/testkit';
import kafkajs, { type Kafka } from 'kafkajs';
import { createKafkaPublisher, type OutgoingEvent, type Publisher } from '../index.js';

const HOUR_MS = 3_600_000;
/** Less than the 15 s of production, so that the tests need not wait as long. */
const WATCHDOG_MS = 3000;

/** A chain of records of about this size, one after the other. */
class Records {
  private readonly chain: EventChain;

  constructor(private readonly clock: () => Date = () => new Date()) {
    this.chain = new EventChain({
      ...{ emitter: { id: 'agt_test', host: 'box', version: '1' }, tenant: 'default' },
      clock,
    });
  }

  next(count: number, bytes = 0): OutgoingEvent[] {
    return Array.from({ length: count }, () => {
      const padding = Object.fromEntries(
        Array.from({ length: Math.ceil(bytes / 4000) }, (_, n) => [`p${n}`, incompressible()]),
      );
      const prepared = this.chain.prepare({
        ...{ type: 'call.read', phase: 'single', correlation_id: 'c' },
        ...(bytes > 0 ? { detail: padding } : {}),
      });
      const { event, json } = this.chain.append(prepared);
      return { key: event.chain_id, value: json, event };
    });
  }

  get time(): Date {
    return this.clock();
  }
}

const incompressible = (): string =>
  Array.from({ length: 4000 }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');

/** The identical batch until it goes through, as the spool's delivery loop does it. @returns how often it did not */
async function deliver(publisher: Publisher, batch: readonly OutgoingEvent[], withinMs = 90_000): Promise<number> {
  const deadline = Date.now() + withinMs;
  for (let failures = 0; ; failures += 1) {
    try {
      await publisher.publish(batch);
      return failures;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

/** Stands between client and broker. */
abstract class Way {
  protected readonly sockets = new Set<Socket>();
  private readonly server: Server;

  /** @param to the broker's port */
  constructor(protected readonly to: number) {
    this.server = createServer((near) => {
      this.join(near, connect(to, '127.0.0.1'));
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  protected abstract join(near: Socket, far: Socket): void;
}

/** What it swallows never arrives, and no connection ends. */
class Tunnel extends Way {
  swallows = false;

  protected join(near: Socket, far: Socket): void {
    this.pass(near, far);
    this.pass(far, near);
  }

  private pass(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (chunk) => {
      if (!this.swallows) to.write(chunk);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.sockets.delete(from);
      if (!this.swallows) to.destroy();
    });
  }
}

const PRODUCE = 0;
/** `KAFKA_STORAGE_ERROR`: the broker's disk failed or is full. */
const STORAGE_ERROR = 56;

/** Whole frames of Kafka's protocol (int32 length, then so many bytes) of what came in pieces. */
class Frames {
  private rest: Buffer = Buffer.alloc(0);

  of(chunk: Buffer): Buffer[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const frames: Buffer[] = [];
    while (this.rest.length >= 4 && this.rest.length >= 4 + this.rest.readInt32BE(0)) {
      const end = 4 + this.rest.readInt32BE(0);
      frames.push(this.rest.subarray(0, end));
      this.rest = this.rest.subarray(end);
    }
    return frames;
  }
}

/** A broker, as seen through this, whose disk fails: so many answers to what was produced say so. */
class FailingDisk extends Way {
  answered = 0;

  constructor(
    to: number,
    private failures: number,
  ) {
    super(to);
  }

  protected join(near: Socket, far: Socket): void {
    const [asked, answers, produced] = [new Frames(), new Frames(), new Set<number>()];
    near.on('data', (chunk: Buffer) => {
      // request header: int16 API, int16 version, int32 correlation id
      for (const frame of asked.of(chunk)) if (frame.readInt16BE(4) === PRODUCE) produced.add(frame.readInt32BE(8));
      far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      for (const frame of answers.of(chunk)) {
        if (produced.delete(frame.readInt32BE(4))) this.spoil(frame);
        near.write(this.withOwnPort(frame));
      }
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => other.destroy());
    }
  }

  /** Answer to Produce, version 3 to 7: int32 topics, string topic, int32 partitions, int32 partition, int16 error. */
  private spoil(frame: Buffer): void {
    if (this.failures === 0) return;
    this.failures -= 1;
    this.answered += 1;
    const topicEnd = 14 + frame.readInt16BE(12);
    frame.writeInt16BE(STORAGE_ERROR, topicEnd + 8);
  }

  /** The broker names its address (string host, int32 port) in answers: the client is to stay on this way. */
  private withOwnPort(frame: Buffer): Buffer {
    const address = (port: number): Buffer => {
      const host = Buffer.from('..127.0.0.1....');
      host.writeInt16BE(9, 0);
      host.writeInt32BE(port, 11);
      return host;
    };
    const at = frame.indexOf(address(this.to));
    if (at !== -1) address(this.port).copy(frame, at);
    return frame;
  }
}

describeWithKafka('what Kafka does to a publisher', (broker) => {
  let topics = 0;
  const open: (Publisher | Way)[] = [];
  const brokerPort = (): number => Number(broker().brokers[0]?.split(':')[1]);
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  const kafkaOf = (running: RunningKafka): Kafka =>
    new kafkajs.Kafka({ brokers: running.brokers, clientId: 'test', logLevel: kafkajs.logLevel.NOTHING });

  async function withAdmin<T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
    const admin = kafkaOf(broker()).admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  async function topicWith(config: Record<string, string> = {}): Promise<string> {
    const topic = `faults-${(topics += 1)}`;
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    await withAdmin((admin) => admin.createTopics({ topics: [{ topic, numPartitions: 3, configEntries }] }));
    return topic;
  }

  function publisherTo(topic: string, brokers = broker().brokers): Publisher {
    const publisher = createKafkaPublisher({
      ...{ brokers, topic, checkpointsTopic: `${topic}-checkpoints`, watchdogMs: WATCHDOG_MS },
    });
    open.push(publisher);
    return publisher;
  }

  /** First copies, in the topic's order; the last records may still be on their way to the reader. */
  async function firstCopies(topic: string, wanted: number): Promise<string[]> {
    const consumer = kafkaOf(broker()).consumer({ groupId: `${topic}-${Date.now()}`, maxWaitTimeInMs: 100 });
    const seen = new Set<string>();
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const late = setTimeout(() => {
      reject(new Error(`${seen.size} of ${wanted} records`));
    }, 30_000);
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        seen.add(String(message.value));
        if (seen.size >= wanted) resolve(undefined);
        return Promise.resolve();
      },
    });
    await promise.finally(() => {
      clearTimeout(late);
      return consumer.disconnect();
    });
    return [...seen];
  }

  const texts = (records: readonly OutgoingEvent[]): string[] => records.map(({ value }) => String(value));

  test.each(['CreateTime', 'LogAppendTime'])(
    'a workspace whose clock is days off, either way, holds nothing up (%s)',
    async (type) => {
      const topic = await topicWith({ 'message.timestamp.type': type });
      const publisher = publisherTo(topic);
      const sent: OutgoingEvent[] = [];
      for (const hours of [0, 40, -40, -24 * 60]) {
        const batch = new Records(() => new Date(Date.now() + hours * HOUR_MS)).next(5);
        sent.push(...batch);
        expect(await deliver(publisher, batch, 0)).toBe(0);
      }
      expect((await firstCopies(topic, 20)).sort()).toEqual(texts(sent).sort());
    },
    60_000,
  );

  test('orderly restarts, each with a new leader epoch, lose and reorder nothing', async () => {
    const topic = await topicWith();
    const publisher = publisherTo(topic);
    const records = new Records();
    const sent: OutgoingEvent[] = [];
    let restarting: Promise<void> = Promise.resolve();
    for (let round = 0; round < 12; round += 1) {
      if (round % 6 === 2)
        restarting = broker()
          .kill('SIGTERM')
          .then(() => broker().restart());
      const batch = records.next(20);
      sent.push(...batch);
      await deliver(publisher, batch);
    }
    await restarting;
    expect(await firstCopies(topic, sent.length)).toEqual(texts(sent));
  }, 180_000);

  test('a connection that swallows everything is given up in bounded time, and delivery goes on behind it', async () => {
    const topic = await topicWith();
    const tunnel = await new Tunnel(brokerPort()).listen();
    open.push(tunnel);
    // the broker names its own address: the first connection alone goes through the tunnel, so all of it is swallowed at once
    const records = new Records();
    tunnel.swallows = true;
    const stuck = publisherTo(topic, [`127.0.0.1:${tunnel.port}`]);
    const began = performance.now();
    await expect(stuck.publish(records.next(1))).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(WATCHDOG_MS + 20_000);
    expect(stuck.isConnected()).toBe(false);
    tunnel.swallows = false;
    const batch = records.next(10);
    await deliver(stuck, batch);
    expect(await firstCopies(topic, 10)).toEqual(texts(batch));
  }, 120_000);

  test('a batch over the limit of a topic goes through one by one; the one that is too large by itself stays the error', async () => {
    const topic = await topicWith({ 'max.message.bytes': '60000' });
    const publisher = publisherTo(topic);
    const records = new Records();
    const batch = records.next(10, 20_000);
    expect(await deliver(publisher, batch, 20_000)).toBeLessThan(5);
    expect(await firstCopies(topic, 10)).toEqual(texts(batch));
    await expect(publisher.publish(records.next(1, 120_000))).rejects.toThrow(/larger|too large|size/i);
  }, 120_000);

  test('a broker whose disk fails is asked again, and nothing is lost or out of order', async () => {
    const topic = await topicWith();
    const records = new Records();
    const sent = records.next(5);
    await deliver(publisherTo(topic), sent);
    const disk = await new FailingDisk(brokerPort(), 12).listen();
    open.push(disk);
    const publisher = publisherTo(topic, [`127.0.0.1:${disk.port}`]);
    for (let round = 0; round < 5; round += 1) {
      const batch = records.next(20);
      sent.push(...batch);
      await deliver(publisher, batch);
    }
    expect(disk.answered).toBe(12);
    expect(await firstCopies(topic, sent.length)).toEqual(texts(sent));
  }, 180_000);

  test('a topic that somebody deletes is made again, and delivery goes on', async () => {
    const topic = await topicWith();
    const publisher = publisherTo(topic);
    const records = new Records();
    await deliver(publisher, records.next(5));
    await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
    const batch = records.next(5);
    await deliver(publisher, batch);
    expect(await firstCopies(topic, 5)).toEqual(texts(batch));
  }, 180_000);
});
