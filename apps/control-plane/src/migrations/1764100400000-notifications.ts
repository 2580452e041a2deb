import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE holdshort.notifications (
    id text PRIMARY KEY, seq bigint GENERATED ALWAYS AS IDENTITY, channel text NOT NULL,
    approval_id text NOT NULL REFERENCES holdshort.approvals (id) ON DELETE CASCADE,
    event text NOT NULL, state text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')), attempts integer NOT NULL,
    created_at timestamptz NOT NULL, next_at timestamptz NOT NULL, sent_at timestamptz, receipt text, last_error text)`,
  `CREATE INDEX notifications_due ON holdshort.notifications (next_at) WHERE state = 'waiting'`,
  `CREATE INDEX notifications_by_approval ON holdshort.notifications (approval_id, channel, seq)`,
];

export class Notifications1764100400000 implements MigrationInterface {
  readonly name = 'Notifications1764100400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE holdshort.notifications');
  }
}
