import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE holdshort.evidence (
    id text PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('commit', 'pull')), event_id text NOT NULL, subject text NOT NULL,
    agent_id text NOT NULL, session_id text NOT NULL, correlation_id text NOT NULL, approval_id text, ref text NOT NULL,
    site text NOT NULL, repo text NOT NULL, pulls integer[] NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'written', 'nothing', 'failed')), attempts integer NOT NULL,
    created_at timestamptz NOT NULL, next_at timestamptz NOT NULL, ended_at timestamptz, last_error text,
    UNIQUE (event_id, kind, subject))`,
  `CREATE INDEX evidence_due ON holdshort.evidence (next_at) WHERE state = 'waiting'`,
  `CREATE INDEX evidence_of_pulls ON holdshort.evidence (repo, ref) WHERE kind = 'pull'`,
  `CREATE INDEX evidence_by_age ON holdshort.evidence (created_at)`,
  `CREATE TABLE holdshort.evidence_comments (
    site text NOT NULL, repo text NOT NULL, pull integer NOT NULL, comment_id bigint NOT NULL,
    PRIMARY KEY (site, repo, pull))`,
  `CREATE TABLE holdshort.evidence_cursor (id boolean PRIMARY KEY DEFAULT true CHECK (id), position bigint NOT NULL)`,
];

/** What is to be said at GitHub of pushes and pull requests, and how far the trail was read for it. Only adds. */
export class Evidence1764210000000 implements MigrationInterface {
  readonly name = 'Evidence1764210000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['evidence', 'evidence_comments', 'evidence_cursor'])
      await runner.query(`DROP TABLE holdshort.${table}`);
  }
}
