import type { ClientBase } from 'pg';
import type { Accepted, Refused } from './incoming.js';

/** Inserts are serialised: positions become visible in their order, so a reader who pages by position misses none. */
const INSERT_LOCK = 7_400_101;

const INSERT = `
  INSERT INTO audit.events
    (id, occurred_at, chain_id, seq, type, phase, session_id, human_login, repo, ref, decision, correlation_id, event)
  SELECT * FROM unnest(
    $1::uuid[], $2::timestamptz[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::text[], $13::jsonb[])
  ON CONFLICT (occurred_at, id) DO NOTHING
  RETURNING id`;

type Row = (string | number | null)[];

const orNull = (value: string | undefined): string | null => value ?? null;

/** A push names its refs in a list; the column holds the first, the JSON all. */
const toRow = ({ event, incoming }: Accepted): Row => {
  const { target, push } = event;
  return [
    event.id,
    event.time,
    event.chain_id,
    event.seq,
    event.type,
    event.phase,
    orNull(event.session_id),
    orNull(event.human?.login),
    orNull(target?.repo),
    orNull(target?.ref ?? push?.[0]?.ref),
    orNull(event.decision?.effect),
    event.correlation_id,
    incoming.value.toString('utf8'),
  ];
};

const columns = (rows: readonly Row[]): Row[] =>
  Array.from({ length: rows[0]?.length ?? 0 }, (_, column) => rows.map((row) => row[column] ?? null));

/** Within the caller's transaction. @returns how many were new, and those whose id is taken by another content */
export async function insertEvents(
  client: ClientBase,
  events: readonly Accepted[],
): Promise<{ inserted: number; conflicts: Refused[] }> {
  if (events.length === 0) return { inserted: 0, conflicts: [] };
  await client.query('SELECT pg_advisory_xact_lock($1)', [INSERT_LOCK]);
  const result = await client.query<{ id: string }>(INSERT, columns(events.map(toRow)));
  const inserted = new Set(result.rows.map((row) => row.id));
  // An event twice in one batch counts as its own repetition.
  if (inserted.size === events.length) return { inserted: inserted.size, conflicts: [] };
  return { inserted: inserted.size, conflicts: await findConflicts(client, events) };
}

/** A repeated delivery carries the same hash; another hash under a known id is someone's attempt to hide an event. */
async function findConflicts(client: ClientBase, events: readonly Accepted[]): Promise<Refused[]> {
  const known = await client.query<{ id: string; hash: string }>(
    `SELECT id, event->>'hash' AS hash FROM audit.events
     WHERE (occurred_at, id) IN (SELECT * FROM unnest($1::timestamptz[], $2::uuid[]))`,
    [events.map(({ event }) => event.time), events.map(({ event }) => event.id)],
  );
  const hashes = new Map(known.rows.map((row) => [row.id, row.hash]));
  return events
    .filter(({ event }) => hashes.get(event.id) !== event.hash)
    .map(({ incoming }) => ({ incoming, reason: 'another event has this id' }));
}

const QUARANTINE = `
  INSERT INTO audit.quarantine (reason, source, topic, partition, kafka_offset, raw)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::bytea[])
  ON CONFLICT DO NOTHING`;

export async function insertQuarantine(client: ClientBase, refused: readonly Refused[]): Promise<void> {
  if (refused.length === 0) return;
  await client.query(QUARANTINE, [
    refused.map(({ reason }) => reason),
    refused.map(({ incoming }) => incoming.source),
    refused.map(({ incoming }) => incoming.place?.topic ?? null),
    refused.map(({ incoming }) => incoming.place?.partition ?? null),
    refused.map(({ incoming }) => incoming.place?.offset ?? null),
    refused.map(({ incoming }) => incoming.value),
  ]);
}
