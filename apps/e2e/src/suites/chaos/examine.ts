import { AUDIT_EVENTS_TOPIC, verifyOutcomes, type AuditEvent } from '@holdshort/audit-events';
import kafkajs from 'kafkajs';
import pg from 'pg';
import type { Parts } from './parts.js';
import type { Seen } from './load.js';
import { topicReader } from '../../harness/read-topic.js';

export interface Findings {
  /** Empty where all is well. */
  problems: string[];
  events: number;
  chains: number;
  attempts: number;
  /** Records in the topic beyond the first copy of each. */
  repeated: number;
}

/** Holds the store against what the clients saw, against Kafka, and against what every chain must be. */
export async function examine({ stack, kafka }: Parts, seen: Seen): Promise<Findings> {
  const stored = await storedEvents(stack.dev.database);
  const topic = await topicEvents(kafka.brokers);
  const outcomes = await verifyOutcomes(stored);
  const first = firstCopies(topic);
  const problems = [
    ...outcomes.problems.map(({ kind, correlation_id: id }) => `${kind} of ${id}`),
    ...chainProblems(stored, 'the store'),
    ...chainProblems(first, 'Kafka'),
    ...missing(first, stored, 'is in Kafka but not in the store'),
    ...missing(stored, first, 'is in the store but not in Kafka'),
    ...pushProblems(stored, seen),
    ...readProblems(stored, seen),
  ];
  const chains = new Set(stored.map(({ chain_id: chain }) => chain)).size;
  return {
    problems,
    events: stored.length,
    chains,
    attempts: outcomes.attempts,
    repeated: topic.length - first.length,
  };
}

/** In the order of their chains. */
async function storedEvents(database: string): Promise<AuditEvent[]> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    const { rows } = await client.query<{ event: AuditEvent }>('SELECT event FROM audit.events ORDER BY chain_id, seq');
    return rows.map(({ event }) => event);
  } finally {
    await client.end();
  }
}

async function topicEvents(brokers: readonly string[]): Promise<AuditEvent[]> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'chaos', logLevel: kafkajs.logLevel.NOTHING });
  const records = await topicReader(kafka).readAll(AUDIT_EVENTS_TOPIC);
  return records.map(({ value }) => JSON.parse(String(value)) as AuditEvent);
}

function firstCopies(events: readonly AuditEvent[]): AuditEvent[] {
  const known = new Set<string>();
  return events.filter(({ id }) => !known.has(id) && known.add(id));
}

/** Within each chain 1, 2, 3 in this order: none is missing, out of order, or there twice. */
function chainProblems(events: readonly AuditEvent[], where: string): string[] {
  const next = new Map<string, number>();
  return events.flatMap(({ chain_id: chain, seq }) => {
    const expected = next.get(chain) ?? 1;
    next.set(chain, seq + 1);
    return seq === expected ? [] : [`record ${seq} of chain ${chain} stands where ${expected} belongs in ${where}`];
  });
}

function missing(from: readonly AuditEvent[], among: readonly AuditEvent[], what: string): string[] {
  const known = new Set(among.map(({ id }) => id));
  return from.filter(({ id }) => !known.has(id)).map(({ id, type }) => `${type} ${id} ${what}`);
}

/** A push that git called landed has an attempt before it and an outcome that says so; what has none never landed. */
function pushProblems(events: readonly AuditEvent[], { pushes }: Seen): string[] {
  const of = (phase: string): Map<string, AuditEvent> =>
    new Map(
      events
        .filter((event) => event.phase === phase)
        .flatMap((event) => (event.push ?? []).map((ref) => [ref.new, event])),
    );
  const [attempts, outcomes] = [of('attempt'), of('outcome')];
  return pushes
    .filter(({ landed }) => landed)
    .flatMap(({ commit }) => {
      if (!attempts.has(commit)) return [`the push of ${commit} landed without an attempt on record`];
      const { outcome, detail } = outcomes.get(commit) ?? {};
      // found out after a kill, when the ref had already moved on
      const isOpen = outcome === 'unknown' && detail?.['recovered'] === true;
      return outcome === 'success' || isOpen ? [] : [`the push of ${commit} landed, its outcome is ${String(outcome)}`];
    });
}

/** A read whose last byte was released is on record. */
function readProblems(events: readonly AuditEvent[], { reads }: Seen): string[] {
  const counts = new Map<string, number>();
  for (const { request } of events)
    if (request?.user_agent) counts.set(request.user_agent, (counts.get(request.user_agent) ?? 0) + 1);
  return reads.flatMap((agent) => {
    const count = counts.get(agent) ?? 0;
    return count === 1 ? [] : [`the read of ${agent} is on record ${count} times`];
  });
}
