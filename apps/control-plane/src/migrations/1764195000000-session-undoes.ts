import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A session may roll back another. Only adds. */
export class SessionUndoes1764195000000 implements MigrationInterface {
  readonly name = 'SessionUndoes1764195000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE holdshort.sessions ADD COLUMN undoes text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE holdshort.sessions DROP COLUMN undoes');
  }
}
