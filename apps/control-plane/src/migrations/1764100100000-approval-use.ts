import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ApprovalUse1764100100000 implements MigrationInterface {
  readonly name = 'ApprovalUse1764100100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE holdshort.approvals ADD COLUMN used_by text');
    await runner.query(`ALTER TABLE holdshort.approvals ADD COLUMN expected jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE holdshort.approvals DROP COLUMN used_by, DROP COLUMN expected');
  }
}
