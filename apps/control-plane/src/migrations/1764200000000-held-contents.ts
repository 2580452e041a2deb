import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE holdshort.held_contents (
    approval_id text PRIMARY KEY, sealed text NOT NULL, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL)`,
  `CREATE INDEX held_contents_by_end ON holdshort.held_contents (expires_at)`,
];

/** What people are shown of held calls, sealed. Only adds. */
export class HeldContents1764200000000 implements MigrationInterface {
  readonly name = 'HeldContents1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE holdshort.held_contents');
  }
}
