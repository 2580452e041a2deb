import { AUDIT_OCSF_TOPIC, eventSubject, parseEvent, toOcsf } from '@holdshort/audit-events';
import {
  createKafkaPublisher,
  type KafkaSecurity,
  type OutgoingEvent,
  type Publisher,
} from '@holdshort/audit-publisher';
import type { Logger } from '@holdshort/telemetry';
import type { Incoming } from '../store/incoming.js';

/** Below the topic's bound for a batch, whatever gzip makes of it; one record alone is always smaller (see toOcsf). */
const MAX_BATCH_BYTES = 700_000;

/**
 * The OCSF topic: one record per stored event, under the key of its chain. An event that Kafka delivers twice may stand
 * twice here as well, with the same `metadata.uid` and `ce_id`, by which a SIEM drops the second.
 */
export class OcsfTopic {
  private readonly publisher: Publisher;
  private turn: Promise<void> = Promise.resolve();

  constructor({ brokers, security, logger }: { brokers: readonly string[]; security: KafkaSecurity; logger: Logger }) {
    const clientId = 'holdshort-audit-ocsf';
    this.publisher = createKafkaPublisher({ brokers, clientId, topic: AUDIT_OCSF_TOPIC, logger, ...security });
  }

  /**
   * Resolves when all of it is acknowledged. Rejects where Kafka fails; then it may be published again. Partitions that
   * are read at once take turns here: the publisher is made for one batch at a time.
   */
  publish(stored: readonly Incoming[]): Promise<void> {
    const done = this.turn.then(() => this.publishNow(stored));
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async publishNow(stored: readonly Incoming[]): Promise<void> {
    const records = stored.flatMap((incoming) => toRecord(incoming) ?? []);
    for (const batch of inBatches(records)) await this.publisher.publish(batch);
  }

  close(): Promise<void> {
    return this.publisher.close();
  }
}

/** A type that is newer than this program has no form yet; the event itself is stored. */
function toRecord({ value }: Incoming): OutgoingEvent | undefined {
  const parsed = parseEvent(value);
  if ('problem' in parsed) return undefined;
  const { event } = parsed;
  const record = toOcsf(event);
  const subject = eventSubject(event);
  return (
    record && {
      key: event.chain_id,
      value: Buffer.from(JSON.stringify(record)),
      event,
      ...(subject === undefined ? {} : { subject }),
    }
  );
}

function* inBatches(records: readonly OutgoingEvent[]): Generator<OutgoingEvent[]> {
  let batch: OutgoingEvent[] = [];
  let bytes = 0;
  for (const record of records) {
    if (batch.length > 0 && bytes + record.value.length > MAX_BATCH_BYTES) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(record);
    bytes += record.value.length;
  }
  if (batch.length > 0) yield batch;
}
