import { sha256Hex } from '@holdshort/audit-events';
import type { ClientBase } from 'pg';
import { CopyQuery } from './copy-query.js';
import { CopyRows } from './copy-rows.js';
import { idTimeMs, MAX_ID_SKEW_MS } from './id-time.js';
import type { Accepted, AcceptedCheckpoint, Refused } from './incoming.js';
import { inSlices } from './in-slices.js';
import { commitsOf, cut, cutAll, pathsOf } from './search-columns.js';

/** Inserts are serialised: positions become visible in their order, so a reader who pages by position misses none. */
const INSERT_LOCK = 7_400_101;
/** SQLSTATE of `audit.require_new`. */
export const KNOWN_EVENT = 'HS001';

const COPY = `COPY audit.events (id, occurred_at, chain_id, seq, type, phase, session_id, human_login, repo, ref, decision,
  correlation_id, event, assistant, policies, commits, paths) FROM STDIN (FORMAT binary)`;
const COLUMNS = 17;
/** The columns beside the event's own text take about so much. */
const BYTES_BESIDE = 1000;

type Row = (string | number | null)[];

/** The event's text goes as it came. A push names its refs in a list; the column holds the first, the text all. */
function writeRow(rows: CopyRows, { event, timeMs, incoming }: Accepted): void {
  const { target, push } = event;
  rows
    .startRow(COLUMNS)
    .uuid(event.id)
    .timestamp(timeMs)
    .text(event.chain_id)
    .int8(event.seq)
    .text(event.type)
    .text(event.phase)
    .text(cut(event.session_id))
    .text(cut(event.human?.login))
    .text(cut(target?.repo))
    .text(cut(target?.ref ?? push?.[0]?.ref))
    .text(cut(event.decision?.effect))
    .text(cut(event.correlation_id))
    .bytes(incoming.value)
    .text(cut(event.ai?.tool))
    .texts(cutAll(event.decision?.rules ?? []))
    .texts(commitsOf(event))
    .texts(pathsOf(event));
}

async function rowsOf(events: readonly Accepted[]): Promise<Buffer> {
  const rows = new CopyRows(events.reduce((sum, { incoming }) => sum + incoming.value.length + BYTES_BESIDE, 0));
  await inSlices(events, (each) => {
    writeRow(rows, each);
  });
  return rows.end();
}

/** @returns how many rows were stored: all, or none where it throws */
const copyEvents = (client: ClientBase, rows: Buffer, before = ''): Promise<number> =>
  client.query(new CopyQuery(`${before}${COPY}`, rows)).stored;

const columns = (rows: readonly Row[]): Row[] =>
  Array.from({ length: rows[0]?.length ?? 0 }, (_, column) => rows.map((row) => row[column] ?? null));

/**
 * A transaction of its own, all of it sent at once: while one holds the lock, nothing waits for this process.
 * @throws DatabaseError of the code `KNOWN_EVENT` where one of the events is stored already, or stands twice in the list
 */
export async function insertNewEvents(client: ClientBase, events: readonly Accepted[]): Promise<void> {
  const { ids, earliest, latest } = lookupOf(events);
  const times = `'${earliest.toISOString()}', '${latest.toISOString()}'`;
  await copyEvents(client, await rowsOf(events), `CALL audit.require_new(${INSERT_LOCK}, '${ids}', ${times}); `);
}

/** Within the caller's transaction. @returns how many were new, and those whose id is taken by another content */
export async function insertEvents(
  client: ClientBase,
  events: readonly Accepted[],
): Promise<{ inserted: number; conflicts: Refused[] }> {
  if (events.length === 0) return { inserted: 0, conflicts: [] };
  // Written before the lock is asked for: nearly always all of them are new.
  const rows = await rowsOf(events);
  const known = await lockAndFindKnown(client, events);
  const fresh: Accepted[] = [];
  const conflicts: Refused[] = [];
  for (const each of events) {
    const { id, hash } = each.event;
    const stored = known.get(id);
    if (stored === undefined) fresh.push(each);
    else if (stored !== hash) conflicts.push({ incoming: each.incoming, reason: 'another event has this id' });
    known.set(id, stored ?? hash);
  }
  if (fresh.length === 0) return { inserted: 0, conflicts };
  return { inserted: await copyEvents(client, fresh.length === events.length ? rows : await rowsOf(fresh)), conflicts };
}

/**
 * Waits for the lock. @returns the hashes under which these ids are stored, on whatever day: an id is unique in the whole store, though PostgreSQL
 * enforces that within a partition only. Nobody else inserts meanwhile (the lock), and an id is never far from its
 * event's time, so few partitions are looked at. A repeated delivery carries the same hash; another hash under a known
 * id is someone's attempt to hide an event.
 */
async function lockAndFindKnown(client: ClientBase, events: readonly Accepted[]): Promise<Map<string, string>> {
  const { ids, earliest, latest } = lookupOf(events);
  const { rows } = await client.query<{ id: string; hash: string }>({
    name: 'known',
    text: 'SELECT known_id AS id, known_hash AS hash FROM audit.lock_and_find($1, $2, $3, $4)',
    values: [INSERT_LOCK, ids, earliest, latest],
  });
  return new Map(rows.map(({ id, hash }) => [id, hash]));
}

/** The ids as an array's text, and the times between which events with these ids can be. */
function lookupOf(events: readonly Accepted[]): { ids: string; earliest: Date; latest: Date } {
  const times = events.map(({ event }) => idTimeMs(event.id));
  return {
    ids: `{${events.map(({ event }) => event.id).join(',')}}`,
    earliest: new Date(times.reduce((a, b) => Math.min(a, b)) - MAX_ID_SKEW_MS),
    latest: new Date(times.reduce((a, b) => Math.max(a, b)) + MAX_ID_SKEW_MS),
  };
}

const INSERT_CHECKPOINTS = `
  INSERT INTO audit.checkpoints (id, chain_id, seq, agent_id, occurred_at, checkpoint)
  SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[], $6::jsonb[])
  ON CONFLICT (id) DO NOTHING`;

/**
 * After the events of the batch, so that a checkpoint's position comes after its records'. Known by its digest: two that
 * disagree on one record are both kept, being evidence. @returns how many were new
 */
export async function insertCheckpoints(
  client: ClientBase,
  checkpoints: readonly AcceptedCheckpoint[],
): Promise<number> {
  if (checkpoints.length === 0) return 0;
  await client.query('SELECT pg_advisory_xact_lock($1)', [INSERT_LOCK]);
  const rows = checkpoints.map(({ checkpoint, incoming }): Row => {
    const text = incoming.value.toString('utf8');
    const { chain_id: chainId, seq, agent_id: agentId, time } = checkpoint;
    return [sha256Hex(text), chainId, seq, agentId, time, text];
  });
  return (await client.query(INSERT_CHECKPOINTS, columns(rows))).rowCount ?? 0;
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
