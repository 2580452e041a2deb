import type { Pool, PoolClient } from 'pg';
import { inTransaction } from './in-transaction.js';
import { attach, createDetached, DAY_MS, partitionOf } from './partitions.js';

/** Any two ingests take the same number; the digits have no meaning. */
const RETENTION_LOCK = 7_400_102;

export interface Removal {
  /** `2026-01-31`, UTC */
  day: string;
  events_removed: number;
  events_held: number;
}

/**
 * Removes the days that ended more than `retentionDays` ago. A day that holds events of a held session is replaced by a
 * partition with those alone: they stay where every search finds them. One transaction per day, so a crash leaves
 * each day either whole or done. Where another process is at it, nothing is done.
 */
export async function removeOldDays(
  pool: Pool,
  { nowMs, retentionDays }: { nowMs: number; retentionDays: number },
): Promise<Removal[]> {
  const removals: Removal[] = [];
  const firstKept = new Date(nowMs - retentionDays * DAY_MS).toISOString().slice(0, 10);
  for (const day of (await listDays(pool)).filter((each) => each < firstKept)) {
    const removal = await inTransaction(pool, (client) => removeDay(client, day));
    if (removal) removals.push(removal);
  }
  await pool.query('DELETE FROM audit.quarantine WHERE arrived_at < $1', [new Date(nowMs - retentionDays * DAY_MS)]);
  return removals;
}

async function listDays(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ relname: string }>(
    "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'audit.events'::regclass",
  );
  const days = rows.flatMap(({ relname }) => {
    const [, year, month, day] = /^events_(\d{4})(\d{2})(\d{2})$/.exec(relname) ?? [];
    return year === undefined ? [] : [`${year}-${month ?? ''}-${day ?? ''}`];
  });
  return days.sort();
}

/**
 * Within the caller's transaction. @returns nothing where another process is at it, or the day is gone: whoever listed
 * it did so before it had the lock
 */
export async function removeDay(client: PoolClient, day: string): Promise<Removal | undefined> {
  const lock = await client.query<{ free: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS free', [RETENTION_LOCK]);
  if (lock.rows[0]?.free !== true) return undefined;
  // Searches under way must not be waited for without end, with everybody else waiting behind.
  await client.query("SET LOCAL lock_timeout = '5s'");
  // A hold that comes now waits, and finds the events that are left.
  await client.query('LOCK TABLE audit.holds IN SHARE MODE');
  const table = partitionOf(day);
  const found = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    `audit.${table}`,
  ]);
  if (found.rows[0]?.there !== true) return undefined;
  await client.query(`LOCK TABLE audit.${table} IN SHARE MODE`);
  const { rows } = await client.query<{ total: string; held: string }>(
    `SELECT count(*) AS total, count(*) FILTER (WHERE session_id IN (SELECT session_id FROM audit.holds)) AS held
     FROM audit.${table}`,
  );
  const [total, held] = [Number(rows[0]?.total), Number(rows[0]?.held)];
  if (held > 0 && held === total) return undefined;
  if (held > 0) await copyHeld(client, table);
  // The whole before its part, as everybody who reads or inserts takes them: the other way round would be a deadlock.
  await client.query('LOCK TABLE audit.events IN ACCESS EXCLUSIVE MODE');
  await client.query(`DROP TABLE audit.${table}`);
  if (held > 0) await putInPlace(client, table, day);
  const removal = { day, events_removed: total - held, events_held: held };
  await client.query('INSERT INTO audit.removals (day, events_removed, events_held) VALUES ($1, $2, $3)', [
    day,
    removal.events_removed,
    removal.events_held,
  ]);
  return removal;
}

async function copyHeld(client: PoolClient, table: string): Promise<void> {
  await createDetached(client, `${table}_held`);
  await client.query(
    `INSERT INTO audit.${table}_held SELECT * FROM audit.${table}
     WHERE session_id IN (SELECT session_id FROM audit.holds)`,
  );
}

async function putInPlace(client: PoolClient, table: string, day: string): Promise<void> {
  await client.query(`ALTER TABLE audit.${table}_held RENAME TO ${table}`);
  await attach(client, table, day);
}
