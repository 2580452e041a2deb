import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DataKeys1764100600000 implements MigrationInterface {
  readonly name = 'DataKeys1764100600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE holdshort.data_keys (id text PRIMARY KEY, wrapped_by text NOT NULL, wrapped bytea NOT NULL,
      is_current boolean NOT NULL, created_at timestamptz NOT NULL)`);
    await runner.query('CREATE UNIQUE INDEX data_keys_current ON holdshort.data_keys (is_current) WHERE is_current');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE holdshort.data_keys');
  }
}
