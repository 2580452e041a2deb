import { AUDIT_CHECKPOINTS_TOPIC, AUDIT_EVENTS_TOPIC, checkpointHeaders, eventHeaders } from '@holdshort/audit-events';
// by its default export: node finds no name of an enum in a CommonJS module, though jest does
import kafkajs, { type Kafka, type Message, type Producer } from 'kafkajs';
import { isCheckpoint, type OutgoingRecord, type Publisher } from '../audit-trail.js';
import { auditTopicSettings, ensureAuditTopic } from './audit-topic.js';
import { createKafkaClient, type KafkaConnection } from './kafka-client.js';
import { guardKafkaRejections } from './kafka-rejections.js';
import { withinTime } from './within-time.js';

export interface KafkaPublisherOptions extends Omit<KafkaConnection, 'clientId'> {
  topic?: string;
  checkpointsTopic?: string;
  clientId?: string;
  /** After this a send that has not settled counts as failed, and its producer is given up. */
  watchdogMs?: number;
}

/** kafkajs never settles some sends of an idempotent producer while a broker is away. */
const WATCHDOG_MS = 15_000;
/** A producer may hold on to a dead connection (kafkajs issue 919): after so many failures in a row it is made anew. */
const MAX_FAILURES = 2;

/**
 * Publishes to Kafka: idempotent, `acks=all`, gzip, one request in flight. A producer that hangs is replaced;
 * the new one has a new id, so a batch can then stand twice in the topic. The first copies are in order, and readers
 * drop the others by event id.
 */
export function createKafkaPublisher(options: KafkaPublisherOptions): Publisher {
  return new KafkaPublisher(options);
}

class KafkaPublisher implements Publisher {
  readonly kind = 'kafka';
  private readonly kafka: Kafka;
  private readonly topic: string;
  private readonly checkpointsTopic: string;
  private readonly watchdogMs: number;
  private readonly release = guardKafkaRejections();
  private producer: Producer | undefined;
  private failures = 0;
  private connected = false;
  private readonly closing = new AbortController();

  constructor(options: KafkaPublisherOptions) {
    this.kafka = createKafkaClient({ ...options, clientId: options.clientId ?? 'holdshort-audit' });
    this.topic = options.topic ?? AUDIT_EVENTS_TOPIC;
    this.checkpointsTopic = options.checkpointsTopic ?? AUDIT_CHECKPOINTS_TOPIC;
    this.watchdogMs = options.watchdogMs ?? WATCHDOG_MS;
  }

  async publish(batch: readonly OutgoingRecord[]): Promise<void> {
    try {
      await this.sendWhatFits(batch);
      this.failures = 0;
      this.connected = true;
    } catch (error) {
      this.noteFailure(error);
      throw error;
    }
  }

  isConnected(): boolean {
    return this.connected;
  }

  async close(): Promise<void> {
    this.closing.abort(new Error('the publisher is closing'));
    const producer = this.producer;
    this.giveUp();
    if (producer) await withinTime(producer.disconnect(), 2000).catch(() => undefined);
    this.release();
  }

  /**
   * A batch that the broker finds too large goes in halves, in order; a single record that is too large stays an error, and
   * what is behind it waits until the topic takes it (its `max.message.bytes` was lowered: `holdshort admin kafka init` says so).
   */
  private async sendWhatFits(batch: readonly OutgoingRecord[]): Promise<void> {
    try {
      await withinTime(this.send(batch), this.watchdogMs, this.closing.signal);
    } catch (error) {
      if (batch.length < 2 || !isTooLarge(error)) throw error;
      const half = batch.length >> 1;
      await this.sendWhatFits(batch.slice(0, half));
      await this.sendWhatFits(batch.slice(half));
    }
  }

  private async send(batch: readonly OutgoingRecord[]): Promise<void> {
    const producer = this.producer ?? (await this.connect());
    const topics = [
      { topic: this.topic, messages: batch.filter((record) => !isCheckpoint(record)).map(toMessage) },
      { topic: this.checkpointsTopic, messages: batch.filter(isCheckpoint).map(toMessage) },
    ];
    await producer.sendBatch({
      acks: -1,
      compression: kafkajs.CompressionTypes.GZIP,
      topicMessages: topics.filter(({ messages }) => messages.length > 0),
    });
  }

  private async connect(): Promise<Producer> {
    for (const topic of [this.topic, this.checkpointsTopic])
      await ensureAuditTopic(this.kafka, auditTopicSettings(topic));
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: { initialRetryTime: 100, retries: 2 },
    });
    await producer.connect();
    // Closed, or given up by the watchdog, while this was connecting: nobody would ever disconnect it.
    if (this.closing.signal.aborted || this.producer) {
      await producer.disconnect();
      throw new Error('the publisher has moved on');
    }
    this.producer = producer;
    return producer;
  }

  private noteFailure(error: unknown): void {
    this.connected = false;
    this.failures += 1;
    const hung = error instanceof Error && error.name === 'TimeoutError';
    if (hung || this.failures >= MAX_FAILURES) this.giveUp();
  }

  /** Lets the producer go without waiting for it: what hangs in send also hangs in disconnect. */
  private giveUp(): void {
    const producer = this.producer;
    this.producer = undefined;
    this.failures = 0;
    this.connected = false;
    producer?.disconnect().catch(() => undefined);
  }
}

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

const isTooLarge = (error: unknown): boolean =>
  error instanceof kafkajs.KafkaJSProtocolError && TOO_LARGE.has(error.type);

/**
 * A record with the emitter's time is refused by Kafka 4 where that is an hour ahead of the broker, which would hold up all
 * behind it, and counts for retention: a clock that is weeks behind would have it deleted at once. The event's time is in
 * the record and its headers.
 */
const NO_TIMESTAMP = '-1';

const toMessage = (record: OutgoingRecord): Message => ({
  key: record.key,
  value: record.value,
  headers: isCheckpoint(record) ? checkpointHeaders(record.checkpoint) : eventHeaders(record.event, record.subject),
  timestamp: NO_TIMESTAMP,
});
