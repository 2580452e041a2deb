import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every new column has a default or may be null: the version before goes on writing its own columns. */
const STATEMENTS = [
  `ALTER TABLE holdshort.policy_versions
    ADD COLUMN state text NOT NULL DEFAULT 'draft', ADD COLUMN note text NOT NULL DEFAULT '',
    ADD COLUMN author jsonb, ADD COLUMN submitter jsonb, ADD COLUMN reviewer jsonb, ADD COLUMN reviewed_at timestamptz,
    ADD COLUMN starter jsonb, ADD COLUMN checked_against text NOT NULL DEFAULT '',
    ADD COLUMN policies jsonb NOT NULL DEFAULT '[]', ADD COLUMN format integer NOT NULL DEFAULT 0`,
  `CREATE INDEX policy_versions_by_time ON holdshort.policy_versions (created_at, version)`,
  `CREATE TABLE holdshort.policy_activations (
    id text PRIMARY KEY, version text NOT NULL REFERENCES holdshort.policy_versions (version), previous text,
    reason text NOT NULL, activated_by jsonb, at timestamptz NOT NULL)`,
  `CREATE INDEX policy_activations_by_time ON holdshort.policy_activations (at, id)`,
  `CREATE TABLE holdshort.policy_simulations (
    id text PRIMARY KEY, version text NOT NULL, state text NOT NULL, requested_by jsonb NOT NULL, from_at timestamptz NOT NULL,
    to_at timestamptz NOT NULL, started_at timestamptz NOT NULL, finished_at timestamptz, report jsonb, error text)`,
  `CREATE TABLE holdshort.usage (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, session_id text NOT NULL, engineer text NOT NULL, at timestamptz NOT NULL,
    calls integer NOT NULL, writes integer NOT NULL, pushes integer NOT NULL, files bigint NOT NULL, bytes bigint NOT NULL,
    branches integer NOT NULL, pulls integer NOT NULL)`,
  `CREATE INDEX usage_by_engineer ON holdshort.usage (engineer, at)`,
  `CREATE INDEX usage_by_time ON holdshort.usage (at)`,
  `CREATE TABLE holdshort.session_taints (session_id text PRIMARY KEY, repository text NOT NULL, at timestamptz NOT NULL)`,
  `CREATE TABLE holdshort.break_glass (
    id text PRIMARY KEY, session_id text NOT NULL, reason text NOT NULL, opened_by jsonb NOT NULL, opened_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL)`,
  `CREATE INDEX break_glass_by_session ON holdshort.break_glass (session_id, expires_at)`,
  `ALTER TABLE holdshort.decisions ADD COLUMN would_effect text`,
];

export class PolicyLifecycle1764104400000 implements MigrationInterface {
  readonly name = 'PolicyLifecycle1764104400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    // going back would drop records; a new migration goes forward instead
    await Promise.reject(new Error('the life of policies is not taken back'));
  }
}
