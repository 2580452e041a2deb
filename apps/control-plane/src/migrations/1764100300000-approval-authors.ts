import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ApprovalAuthors1764100300000 implements MigrationInterface {
  readonly name = 'ApprovalAuthors1764100300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE holdshort.approvals ADD COLUMN authors text[] NOT NULL DEFAULT '{}',
      ADD COLUMN findings jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE holdshort.approvals DROP COLUMN authors, DROP COLUMN findings');
  }
}
