import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { AUDIT_CHECKPOINTS_TOPIC, AUDIT_EVENTS_TOPIC } from '@holdshort/audit-events';
import {
  auditTopicSettings,
  createKafkaClient,
  ensureAuditTopic,
  guardKafkaRejections,
  type KafkaSecurity,
} from '@holdshort/audit-publisher';
import type { Logger } from '@holdshort/telemetry';
import { KafkaLag } from './kafka-lag.js';
import { OcsfTopic } from '../export/ocsf-topic.js';
import type { IngestMetrics } from '../ingest-metrics.js';
import type { BatchWriter } from '../store/batch-writer.js';
import type { Incoming } from '../store/incoming.js';
import { pause, retryUntilDone } from '../store/retry.js';

export interface KafkaSourceOptions {
  brokers: readonly string[];
  group: string;
  topic?: string;
  checkpointsTopic?: string;
  /** Whether stored events go to the OCSF topic. */
  ocsf: boolean;
  security: KafkaSecurity;
  writer: Pick<BatchWriter, 'write'>;
  metrics: Pick<IngestMetrics, 'failed' | 'lag'>;
  logger: Logger;
}

/** Rows per insert: enough for the database to be busy with rows rather than with statements. */
const MAX_ROWS = 1000;
/** Partitions at once: while the batch of one is stored, that of another is parsed. */
const PARTITIONS_AT_ONCE = 3;
/** Of one answer of a broker, as it is compressed; nothing more is fetched from it until all of it is stored. */
const MAX_FETCH_BYTES = 4 * 1024 * 1024;
/** The group must not take a partition away while the database is being waited for. */
const HEARTBEAT_MS = 3000;
const SESSION_TIMEOUT_MS = 15_000;
/**
 * A broker answers SyncGroup only when the group's leader has spoken; of one that was killed it learns when its session
 * ends. Who gives up before comes again as a new member, and what is left of itself may be the next dead leader.
 */
const REQUEST_TIMEOUT_MS = SESSION_TIMEOUT_MS + 10_000;
const STOP_MS = 3000;

/** Reads the topic as a member of a consumer group, for ever: a crashed consumer is made anew, an absent broker waited for. */
export class KafkaSource {
  private readonly stopping = new AbortController();
  private readonly kafka: Kafka;
  private readonly topic: string;
  private readonly checkpointsTopic: string;
  private readonly ocsf: OcsfTopic | undefined;
  private readonly release = guardKafkaRejections();
  private readonly lag: KafkaLag;
  private finished: Promise<void> = Promise.resolve();
  private consuming = false;

  constructor(private readonly options: KafkaSourceOptions) {
    const { brokers, logger, security } = options;
    this.kafka = createKafkaClient({
      ...{ brokers, clientId: 'holdshort-audit-ingest', logger, requestTimeoutMs: REQUEST_TIMEOUT_MS },
      ...security,
    });
    if (options.ocsf) this.ocsf = new OcsfTopic({ brokers, security, logger });
    this.topic = options.topic ?? AUDIT_EVENTS_TOPIC;
    this.checkpointsTopic = options.checkpointsTopic ?? AUDIT_CHECKPOINTS_TOPIC;
    this.lag = new KafkaLag({
      kafka: this.kafka,
      group: options.group,
      topics: [this.topic, this.checkpointsTopic],
      onLag: (topic, records) => {
        options.metrics.lag(topic, records);
      },
    });
  }

  /** Whether it is a member of its group now. */
  get healthy(): boolean {
    return this.consuming;
  }

  start(): void {
    const { signal } = this.stopping;
    this.finished = this.runForever(signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort(new Error('the ingest is stopping'));
    await this.lag.close();
    await this.ocsf?.close();
    await this.finished;
    this.release();
  }

  private async runForever(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.runOnce(signal);
      } catch (error) {
        this.noteFailure(error, signal);
        await pause(1000, signal);
      }
    }
  }

  /** Until the consumer crashes beyond its own repair, or the signal. */
  private async runOnce(signal: AbortSignal): Promise<void> {
    await retryUntilDone(() => this.ensureTopics(), {
      signal,
      firstMs: 250,
      lastMs: 5000,
      onError: (error) => {
        this.noteFailure(error, signal);
      },
    });
    const consumer = this.kafka.consumer({
      groupId: this.options.group,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: 250,
      maxBytes: MAX_FETCH_BYTES,
      allowAutoTopicCreation: false,
    });
    const ended = untilEnded(consumer, signal);
    try {
      await this.consume(consumer, signal);
      await ended;
    } finally {
      this.consuming = false;
      await Promise.race([
        consumer.disconnect().catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, STOP_MS)),
      ]);
    }
  }

  private async ensureTopics(): Promise<void> {
    for (const topic of [this.topic, this.checkpointsTopic])
      await ensureAuditTopic(this.kafka, auditTopicSettings(topic));
  }

  private async consume(consumer: Consumer, signal: AbortSignal): Promise<void> {
    consumer.on(consumer.events.GROUP_JOIN, () => {
      this.consuming = true;
      void this.lag.ask();
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [this.topic, this.checkpointsTopic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.storeBatch(consumer, payload, signal),
    });
  }

  private async storeBatch(consumer: Consumer, payload: EachBatchPayload, signal: AbortSignal): Promise<void> {
    const { batch } = payload;
    for (let start = 0; start < batch.messages.length; start += MAX_ROWS) {
      if (!payload.isRunning() || payload.isStale() || signal.aborted) return;
      const messages = batch.messages.slice(start, start + MAX_ROWS);
      await this.whileBeating(payload, signal, (attempt) => this.take(messages, batch, attempt));
      await this.acknowledge(consumer, payload, messages);
    }
  }

  /** First the store; what it took goes to the SIEM. A crash in between repeats both, never leaves one out. */
  private async take(
    messages: readonly KafkaMessage[],
    { topic, partition }: { topic: string; partition: number },
    signal: AbortSignal,
  ): Promise<void> {
    const isCheckpoint = topic === this.checkpointsTopic;
    const incoming = messages.map((message) => ({ ...toIncoming(message, topic, partition), isCheckpoint }));
    const refused = new Set((await this.options.writer.write(incoming, signal)).map((each) => each.incoming));
    const { ocsf } = this;
    if (isCheckpoint || !ocsf) return;
    const stored = incoming.filter((each) => !refused.has(each));
    await retryUntilDone(() => ocsf.publish(stored), {
      signal,
      firstMs: 250,
      lastMs: 5000,
      onError: (error) => {
        this.noteFailure(error, signal);
      },
    });
  }

  /** Only after the store's commit. */
  private async acknowledge(
    consumer: Consumer,
    payload: EachBatchPayload,
    messages: readonly KafkaMessage[],
  ): Promise<void> {
    const last = messages.at(-1)?.offset;
    if (last === undefined) return;
    payload.resolveOffset(last);
    const { topic, partition } = payload.batch;
    const offset = (BigInt(last) + 1n).toString();
    await consumer.commitOffsets([{ topic, partition, offset }]);
  }

  /** Stays in the group while the work waits for the database; gives up where the group has moved on without us. */
  private async whileBeating(
    payload: EachBatchPayload,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const lost = new AbortController();
    const timer = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => {
        lost.abort(error);
      });
    }, HEARTBEAT_MS);
    try {
      await work(AbortSignal.any([signal, lost.signal]));
    } finally {
      clearInterval(timer);
    }
  }

  private noteFailure(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.options.metrics.failed('kafka');
    const reason = error instanceof Error ? error.message : String(error);
    this.options.logger.warn({ reason }, 'Kafka cannot be read; will try again');
  }
}

const toIncoming = (message: KafkaMessage, topic: string, partition: number): Incoming => ({
  value: message.value ?? Buffer.alloc(0),
  source: 'kafka',
  place: { topic, partition, offset: message.offset },
});

/** Settles when the consumer has crashed and does not restart itself, or at the signal. */
function untilEnded(consumer: Consumer, signal: AbortSignal): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    signal.addEventListener('abort', () => {
      resolve();
    });
    if (signal.aborted) resolve();
  });
  // It may be rejected before anyone waits for it.
  ended.catch(() => undefined);
  return ended;
}
