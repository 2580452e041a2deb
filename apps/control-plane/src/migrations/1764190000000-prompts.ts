import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE holdshort.prompts (
    id text PRIMARY KEY, session_id text NOT NULL, correlation_id text NOT NULL, kind text NOT NULL, sha256 text NOT NULL,
    keeping text NOT NULL, model text NOT NULL, sealed text NOT NULL, occurred_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL, UNIQUE (session_id, kind, sha256))`,
  `CREATE INDEX prompts_of_session ON holdshort.prompts (session_id, occurred_at, id)`,
  `CREATE INDEX prompts_by_end ON holdshort.prompts (expires_at)`,
];

/** Texts of prompts, sealed. Only adds. */
export class Prompts1764190000000 implements MigrationInterface {
  readonly name = 'Prompts1764190000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE holdshort.prompts');
  }
}
