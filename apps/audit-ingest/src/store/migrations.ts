import type { Pool, PoolClient } from 'pg';

/** Any two ingests take the same number; the digits have no meaning. */
const MIGRATION_LOCK = 7_400_100;

interface Migration {
  name: string;
  sql: string;
}

/**
 * In order; applied once each. A statement must work while the previous version is running: add, never rename.
 * `position` is drawn under a lock (see insert-events), so that readers who page by it miss nothing.
 */
const MIGRATIONS: readonly Migration[] = [
  {
    name: '001-events',
    sql: `
      CREATE SEQUENCE audit.event_position;
      CREATE TABLE audit.events (
        id uuid NOT NULL,
        occurred_at timestamptz NOT NULL,
        position bigint NOT NULL DEFAULT nextval('audit.event_position'),
        chain_id text NOT NULL,
        seq bigint NOT NULL,
        type text NOT NULL,
        phase text NOT NULL,
        session_id text,
        human_login text,
        repo text,
        ref text,
        decision text,
        correlation_id text NOT NULL,
        event jsonb NOT NULL,
        PRIMARY KEY (occurred_at, id)
      ) PARTITION BY RANGE (occurred_at);
      CREATE INDEX events_position ON audit.events (position);
      CREATE INDEX events_session ON audit.events (session_id, position) WHERE session_id IS NOT NULL;
      CREATE INDEX events_repo ON audit.events (repo, ref, position) WHERE repo IS NOT NULL;
      CREATE INDEX events_chain ON audit.events (chain_id, seq);
      CREATE INDEX events_correlation ON audit.events (correlation_id);
    `,
  },
  {
    name: '002-quarantine',
    sql: `
      CREATE TABLE audit.quarantine (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        arrived_at timestamptz NOT NULL DEFAULT now(),
        reason text NOT NULL,
        source text NOT NULL,
        topic text,
        partition integer,
        kafka_offset bigint,
        raw bytea NOT NULL
      );
      CREATE UNIQUE INDEX quarantine_kafka ON audit.quarantine (topic, partition, kafka_offset) WHERE topic IS NOT NULL;
    `,
  },
];

/** Brings the schema `audit` up to date; safe to run by many processes at once, and again. */
export async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await applyMissing(client);
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    // The connection may be what broke: not given back to the pool, which also ends the transaction.
    client.release(true);
    throw error;
  }
}

async function applyMissing(client: PoolClient): Promise<void> {
  await client.query('CREATE SCHEMA IF NOT EXISTS audit');
  await client.query(
    'CREATE TABLE IF NOT EXISTS audit.migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
  );
  const applied = await client.query<{ name: string }>('SELECT name FROM audit.migrations');
  const done = new Set(applied.rows.map((row) => row.name));
  for (const { name, sql } of MIGRATIONS.filter((migration) => !done.has(migration.name))) {
    await client.query(sql);
    await client.query('INSERT INTO audit.migrations (name) VALUES ($1)', [name]);
  }
}
