import type { ClientBase, Pool } from 'pg';

export const DAY_MS = 86_400_000;
/** Made before they are needed, so that midnight costs nothing. */
const DAYS_AHEAD = 3;
/** A clock that runs ahead by more is wrong. */
export const NEWEST_DAYS = 2;

export const dayOf = (time: string): string => time.slice(0, 10);

/** What is older than the retention would be dropped at once, and hostile dates must not make partitions without end. */
export const isStorableTime = (ms: number, nowMs: number, retentionDays: number): boolean => {
  const age = nowMs - ms;
  return age <= retentionDays * DAY_MS && age >= -NEWEST_DAYS * DAY_MS;
};

/** The days for which partitions are made ahead, `2026-01-31`. */
export const daysAhead = (nowMs: number): string[] =>
  Array.from({ length: DAYS_AHEAD + 1 }, (_, days) => new Date(nowMs + days * DAY_MS).toISOString().slice(0, 10));

/** Without its schema. */
export const partitionOf = (day: string): string => `events_${day.replaceAll('-', '')}`;

/** Remembers what exists, so that a batch asks the database only about days it has not seen. */
export class Partitions {
  private readonly known = new Set<string>();

  constructor(private readonly pool: Pool) {}

  /** @param days `2026-01-31`, UTC */
  async ensure(days: Iterable<string>): Promise<void> {
    for (const day of days) {
      if (this.known.has(day)) continue;
      await this.create(day);
      this.known.add(day);
    }
  }

  /** After retention dropped a partition: ask again. */
  forget(): void {
    this.known.clear();
  }

  private async create(day: string): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await createPartition(client, day);
      await client.query('COMMIT');
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
  }
}

/** The table is made apart and attached: attaching lets readers of the other days go on, creating in place would not. */
export async function createPartition(client: ClientBase, day: string): Promise<void> {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new Error('a partition is named by a day');
  const table = partitionOf(day);
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`audit.${table}`]);
  const attached = await client.query(
    `SELECT 1 FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
     WHERE inhparent = 'audit.events'::regclass AND relname = $1`,
    [table],
  );
  if (attached.rows.length > 0) return;
  await createDetached(client, table);
  await attach(client, table, day);
}

export async function createDetached(client: ClientBase, table: string): Promise<void> {
  await client.query(
    `CREATE TABLE IF NOT EXISTS audit.${table} (LIKE audit.events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`,
  );
}

export async function attach(client: ClientBase, table: string, day: string): Promise<void> {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  await client.query(
    `ALTER TABLE audit.events ATTACH PARTITION audit.${table}
     FOR VALUES FROM ('${day} 00:00:00+00') TO ('${next} 00:00:00+00')`,
  );
}
