import type { Admin, Kafka } from 'kafkajs';
import { withinTime } from '@holdshort/audit-publisher';

export interface LagOptions {
  kafka: Kafka;
  group: string;
  topics: readonly string[];
  onLag: (topic: string, records: number) => void;
}

/** As often as Prometheus usually scrapes. */
const ASK_EVERY_MS = 15_000;
/** kafkajs may never answer while a broker is away. */
const ASK_WITHIN_MS = 10_000;

/**
 * How far the group is behind, asked of Kafka itself: an ingest that is stuck, or has no partition, says it as well.
 * While Kafka does not answer the last figure stands.
 */
export class KafkaLag {
  private readonly timer: NodeJS.Timeout;
  private admin: Admin | undefined;
  private asking = false;
  private closed = false;

  constructor(private readonly options: LagOptions) {
    this.timer = setInterval(() => void this.ask(), ASK_EVERY_MS);
    this.timer.unref();
  }

  /** Never rejects. */
  async ask(): Promise<void> {
    if (this.asking || this.closed) return;
    this.asking = true;
    try {
      await withinTime(this.askEach(), ASK_WITHIN_MS);
    } catch {
      await this.giveUp();
    } finally {
      this.asking = false;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.giveUp();
  }

  private async askEach(): Promise<void> {
    const { kafka, group, topics, onLag } = this.options;
    const admin = (this.admin ??= kafka.admin());
    await admin.connect();
    const stored = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
    for (const topic of topics) {
      const ends = await admin.fetchTopicOffsets(topic);
      const known = new Map(
        stored.find((each) => each.topic === topic)?.partitions.map(({ partition, offset }) => [partition, offset]),
      );
      onLag(
        topic,
        ends.reduce((sum, end) => sum + behind(end, known.get(end.partition)), 0),
      );
    }
  }

  private async giveUp(): Promise<void> {
    const { admin } = this;
    this.admin = undefined;
    if (admin) await withinTime(admin.disconnect(), 1000).catch(() => undefined);
  }
}

/** An offset of -1 says that nothing of the partition was committed yet. */
const behind = ({ high, low }: { high: string; low: string }, stored = '-1'): number =>
  Math.max(0, Number(high) - Math.max(Number(stored), Number(low)));
