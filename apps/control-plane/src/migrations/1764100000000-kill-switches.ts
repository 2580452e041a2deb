import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE holdshort.kill_switches (
    id text PRIMARY KEY, scope text NOT NULL, target text NOT NULL, reason text NOT NULL, engaged_by text NOT NULL,
    engaged_at timestamptz NOT NULL, lifted_by text, lifted_at timestamptz)`,
  `CREATE INDEX kill_switches_in_force ON holdshort.kill_switches (scope) WHERE lifted_at IS NULL`,
];

export class KillSwitches1764100000000 implements MigrationInterface {
  readonly name = 'KillSwitches1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE holdshort.kill_switches');
  }
}
