import { setTimeout as delay } from 'node:timers/promises';
import { AUDIT_CHECKPOINTS_TOPIC, AUDIT_EVENTS_TOPIC, AUDIT_OCSF_TOPIC } from '@holdshort/audit-events';
// by its default export: node finds no name of this enum in a CommonJS module, though jest does
import kafkajs, { type Admin, type Kafka } from 'kafkajs';

export interface AuditTopicSettings {
  topic: string;
  partitions: number;
  /** -1 leaves it to the broker's own default. */
  replicationFactor: number;
  retentionMs: number;
}

/** Kafka is the way, not the store: two weeks outlast any outage of the database that people let stand. */
const RETENTION_MS = 14 * 86_400_000;
/** Six readers at most share the topic; a chain always stays on one partition. */
const PARTITIONS = 6;
/** An event is bounded to 256 KiB, a batch to 1 MiB before compression. */
const MAX_MESSAGE_BYTES = 1_048_588;

/** A new topic is known to all brokers within moments. */
const LEADERS_WITHIN_MS = 10_000;

export const auditTopicSettings = (topic: string): AuditTopicSettings => ({
  topic,
  partitions: PARTITIONS,
  replicationFactor: -1,
  retentionMs: RETENTION_MS,
});

/** Every topic of Holdshort. */
export const AUDIT_TOPICS = [AUDIT_EVENTS_TOPIC, AUDIT_CHECKPOINTS_TOPIC, AUDIT_OCSF_TOPIC] as const;

/** What each topic is set to, by the broker's names. With three replicas two must have a record before it counts. */
function configOf({ retentionMs, replicationFactor }: AuditTopicSettings): Record<string, string> {
  return {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    // The time that counts is the event's, and travels in the record. As the topic's it would let a workspace's clock decide
    // how long records are kept, and since Kafka 4 a record an hour ahead is refused (message.timestamp.after.max.ms).
    'message.timestamp.type': 'LogAppendTime',
    'compression.type': 'producer',
    'max.message.bytes': String(MAX_MESSAGE_BYTES),
    ...(replicationFactor >= 3 ? { 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'false' } : {}),
  };
}

/** Creates the topic where it is missing; leaves an existing one as its owner has set it. Throws where the broker refuses. */
export async function ensureAuditTopic(kafka: Kafka, settings: AuditTopicSettings): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    const topics = await admin.listTopics();
    if (!topics.includes(settings.topic)) await create(admin, settings);
  });
}

export interface TopicDifference {
  name: string;
  is: string;
  wanted: string;
}

export interface TopicState {
  topic: string;
  state: 'created' | 'missing' | 'as wanted' | 'differs';
  differences: TopicDifference[];
}

/**
 * Creates what is missing (unless `dryRun`) and compares what is there; changes nothing that exists, because more
 * partitions would break the order of chains, and the rest may be somebody's decision.
 */
export function checkAuditTopics(
  kafka: Kafka,
  wanted: readonly AuditTopicSettings[],
  { dryRun }: { dryRun: boolean },
): Promise<TopicState[]> {
  return withAdmin(kafka, async (admin) => {
    const there = new Set(await admin.listTopics());
    const states: TopicState[] = [];
    for (const settings of wanted) {
      const { topic } = settings;
      if (there.has(topic)) states.push(await compare(admin, settings));
      else {
        if (!dryRun) await create(admin, settings);
        states.push({ topic, state: dryRun ? 'missing' : 'created', differences: [] });
      }
    }
    return states;
  });
}

async function compare(admin: Admin, settings: AuditTopicSettings): Promise<TopicState> {
  const { topic, partitions, replicationFactor } = settings;
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const found = topics[0]?.partitions ?? [];
  const described = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  });
  const config = new Map(described.resources[0]?.configEntries.map((entry) => [entry.configName, entry.configValue]));
  const replicas = Math.min(...found.map((partition) => partition.replicas.length));
  const pairs: [string, string, string][] = [
    ['partitions', String(found.length), String(partitions)],
    ...(replicationFactor > 0
      ? [['replicas', String(replicas), String(replicationFactor)] as [string, string, string]]
      : []),
    ...Object.entries(configOf(settings)).map(([name, value]): [string, string, string] => [
      name,
      config.get(name) ?? 'unset',
      value,
    ]),
  ];
  const differences = pairs.flatMap(([name, is, want]) => (is === want ? [] : [{ name, is, wanted: want }]));
  return { topic, state: differences.length === 0 ? 'as wanted' : 'differs', differences };
}

async function create(admin: Admin, settings: AuditTopicSettings): Promise<void> {
  await admin.createTopics({
    // kafkajs gives up where a broker has not heard of the topic yet
    waitForLeaders: false,
    topics: [
      {
        topic: settings.topic,
        numPartitions: settings.partitions,
        replicationFactor: settings.replicationFactor,
        configEntries: Object.entries(configOf(settings)).map(([name, value]) => ({ name, value })),
      },
    ],
  });
  await leadersOf(admin, settings.topic);
}

const NOT_KNOWN_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/** Where kafkajs has tried twice by itself, what Kafka said is the cause. */
const isNotKnownYet = (error: unknown): boolean =>
  error instanceof kafkajs.KafkaJSProtocolError
    ? NOT_KNOWN_YET.has(error.type)
    : error instanceof Error && error.cause !== undefined && isNotKnownYet(error.cause);

/** Each partition has a leader that the brokers know of. @throws what Kafka says, where it stays without for 10 s */
async function leadersOf(admin: Admin, topic: string): Promise<void> {
  for (const deadline = Date.now() + LEADERS_WITHIN_MS; ;) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const partitions = topics[0]?.partitions ?? [];
      if (partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)) return;
      if (Date.now() > deadline) throw new Error(`topic ${topic} has no leaders`);
    } catch (error) {
      if (!isNotKnownYet(error) || Date.now() > deadline) throw error;
    }
    await delay(100);
  }
}

async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin({ retry: { retries: 1 } });
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
