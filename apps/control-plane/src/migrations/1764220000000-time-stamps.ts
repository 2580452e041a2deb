import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a time-stamp authority said of an anchor: base64 of its token. Only adds. */
export class TimeStamps1764220000000 implements MigrationInterface {
  readonly name = 'TimeStamps1764220000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE holdshort.audit_anchors ADD COLUMN time_stamp text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE holdshort.audit_anchors DROP COLUMN time_stamp');
  }
}
