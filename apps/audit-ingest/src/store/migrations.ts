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
  {
    // positions are those of the events: who reads both by position gets them as they came
    name: '003-checkpoints',
    sql: `
      CREATE TABLE audit.checkpoints (
        id text PRIMARY KEY,
        position bigint NOT NULL DEFAULT nextval('audit.event_position'),
        chain_id text NOT NULL,
        seq bigint NOT NULL,
        agent_id text NOT NULL,
        occurred_at timestamptz NOT NULL,
        checkpoint jsonb NOT NULL
      );
      CREATE INDEX checkpoints_position ON audit.checkpoints (position);
      CREATE INDEX checkpoints_chain ON audit.checkpoints (chain_id, seq);
    `,
  },
  {
    // The key in this order also finds an event by its id alone. What stood before the columns gets them here.
    name: '004-search',
    sql: `
      ALTER TABLE audit.events
        ADD COLUMN assistant text, ADD COLUMN policies text[], ADD COLUMN commits text[], ADD COLUMN paths text[];
      UPDATE audit.events SET
        assistant = event#>>'{ai,tool}',
        policies = (SELECT array_agg(rule) FROM jsonb_array_elements_text(event#>'{decision,rules}') AS rule),
        commits = (SELECT array_agg(DISTINCT found[1]) FROM regexp_matches(
          concat_ws(' ', event#>>'{push}', event#>>'{request,path}', event#>>'{target,ref}'),
          '(?<![0-9a-f])([0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])', 'g') AS found WHERE found[1] !~ '^0+$'),
        paths = (SELECT array_agg(DISTINCT path) FROM (
          SELECT jsonb_array_elements_text(change->'paths') AS path FROM jsonb_array_elements(event->'push') AS change
          UNION SELECT finding->>'path' FROM jsonb_array_elements(event->'findings') AS finding) AS named);
      ALTER TABLE audit.events DROP CONSTRAINT events_pkey, ADD PRIMARY KEY (id, occurred_at);
      DROP INDEX audit.events_repo;
      CREATE INDEX events_repo ON audit.events (repo, position) WHERE repo IS NOT NULL;
      CREATE INDEX events_ref ON audit.events (repo, ref, position) WHERE ref IS NOT NULL;
      CREATE INDEX events_human ON audit.events (human_login, position) WHERE human_login IS NOT NULL;
      CREATE INDEX events_refused ON audit.events (decision, position) WHERE decision <> 'allow';
      CREATE INDEX events_commits ON audit.events USING gin (commits) WHERE commits IS NOT NULL;
      CREATE INDEX events_paths ON audit.events USING gin (paths) WHERE paths IS NOT NULL;
    `,
  },
  {
    // The control plane writes holds; who may is its matter. What retention removed stays countable.
    name: '005-retention',
    sql: `
      CREATE TABLE audit.holds (
        session_id text PRIMARY KEY,
        reason text NOT NULL,
        held_by text NOT NULL,
        held_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE audit.removals (
        day date NOT NULL,
        removed_at timestamptz NOT NULL DEFAULT now(),
        events_removed bigint NOT NULL,
        events_held bigint NOT NULL
      );
    `,
  },
  {
    name: '006-replays',
    sql: `
      ALTER TABLE audit.quarantine
        ADD COLUMN replay_wanted_at timestamptz, ADD COLUMN replayed_at timestamptz, ADD COLUMN replay_result text;
      CREATE INDEX quarantine_replays ON audit.quarantine (id) WHERE replay_wanted_at IS NOT NULL;
    `,
  },
  {
    // `json` keeps the text as it came, which `jsonb` prints anew, and costs a third less to store. Assistant, type and
    // policy get the indexes that they lacked. Rewrites the table: as long as a copy of it takes.
    name: '007-exact-text',
    sql: `
      ALTER TABLE audit.events ALTER COLUMN event TYPE json USING event::json;
      CREATE INDEX events_assistant ON audit.events (assistant, position) WHERE assistant IS NOT NULL;
      CREATE INDEX events_type ON audit.events (type, position);
      CREATE INDEX events_policies ON audit.events USING gin (policies) WHERE policies IS NOT NULL;
    `,
  },
  {
    // One way to the database instead of two while the others wait for the lock. The query sees what was committed while
    // this one waited, since each statement of a volatile function sees what is there when it begins.
    name: '008-known-events',
    sql: `
      CREATE FUNCTION audit.lock_and_find(lock_number bigint, ids uuid[], earliest timestamptz, latest timestamptz)
      RETURNS TABLE (known_id uuid, known_hash text) LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(lock_number);
        RETURN QUERY SELECT id, event->>'hash' FROM audit.events
          WHERE id = ANY(ids) AND occurred_at BETWEEN earliest AND latest;
      END $$;
    `,
  },
  {
    // Each index costs an event about a tenth of its way into the database. Nothing asks for chain and sequence, and
    // the four types of which nearly all events are need none: searches read the newest events instead.
    name: '009-fewer-indexes',
    sql: `
      DROP INDEX audit.events_chain, audit.events_type;
      CREATE INDEX events_type ON audit.events (type, position)
        WHERE type NOT IN ('call.read', 'call.write', 'lease.issued', 'model.exchange');
    `,
  },
  {
    // For batches whose events are all new, which is nearly each: lock, look and copy are sent as one. An id that stands
    // twice in the list would pass the look and be refused by the key alone, of one day.
    name: '010-require-new',
    sql: `
      CREATE PROCEDURE audit.require_new(lock_number bigint, ids uuid[], earliest timestamptz, latest timestamptz)
      LANGUAGE plpgsql AS $$
      BEGIN
        IF (SELECT count(DISTINCT id) FROM unnest(ids) AS id) < cardinality(ids) THEN
          RAISE 'an id stands twice' USING ERRCODE = 'HS001';
        END IF;
        PERFORM pg_advisory_xact_lock(lock_number);
        IF EXISTS (SELECT FROM audit.events WHERE id = ANY(ids) AND occurred_at BETWEEN earliest AND latest) THEN
          RAISE 'an event is known' USING ERRCODE = 'HS001';
        END IF;
      END $$;
    `,
  },
  {
    // An index in the order of a language is out of order once an upgrade of the system's libc or of ICU changes that
    // order, and events in it are no longer found. The order of bytes never changes, and is quicker. No row is written
    // anew, but the indexes are.
    name: '011-order-of-bytes',
    sql: `
      ALTER TABLE audit.events
        ALTER COLUMN chain_id TYPE text COLLATE "C", ALTER COLUMN type TYPE text COLLATE "C",
        ALTER COLUMN phase TYPE text COLLATE "C", ALTER COLUMN session_id TYPE text COLLATE "C",
        ALTER COLUMN human_login TYPE text COLLATE "C", ALTER COLUMN repo TYPE text COLLATE "C",
        ALTER COLUMN ref TYPE text COLLATE "C", ALTER COLUMN decision TYPE text COLLATE "C",
        ALTER COLUMN correlation_id TYPE text COLLATE "C", ALTER COLUMN assistant TYPE text COLLATE "C",
        ALTER COLUMN policies TYPE text[] COLLATE "C", ALTER COLUMN commits TYPE text[] COLLATE "C",
        ALTER COLUMN paths TYPE text[] COLLATE "C";
      ALTER TABLE audit.checkpoints
        ALTER COLUMN id TYPE text COLLATE "C", ALTER COLUMN chain_id TYPE text COLLATE "C",
        ALTER COLUMN agent_id TYPE text COLLATE "C";
      ALTER TABLE audit.holds ALTER COLUMN session_id TYPE text COLLATE "C";
      ALTER TABLE audit.quarantine ALTER COLUMN topic TYPE text COLLATE "C";
      ALTER TABLE audit.migrations ALTER COLUMN name TYPE text COLLATE "C";
    `,
  },
];

/**
 * Brings the schema `audit` up to date; safe to run by many processes at once, and again.
 * @param last the migration to stop after, for tests of an upgrade
 */
export async function migrate(pool: Pool, last?: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await applyMissing(client, last);
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    // The connection may be what broke: not given back to the pool, which also ends the transaction.
    client.release(true);
    throw error;
  }
}

async function applyMissing(client: PoolClient, last: string | undefined): Promise<void> {
  await client.query('CREATE SCHEMA IF NOT EXISTS audit');
  await client.query(
    'CREATE TABLE IF NOT EXISTS audit.migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
  );
  const applied = await client.query<{ name: string }>('SELECT name FROM audit.migrations');
  const done = new Set(applied.rows.map((row) => row.name));
  for (const { name, sql } of MIGRATIONS.filter(
    (migration) => !done.has(migration.name) && (last === undefined || migration.name <= last),
  )) {
    await client.query(sql);
    await client.query('INSERT INTO audit.migrations (name) VALUES ($1)', [name]);
  }
}
