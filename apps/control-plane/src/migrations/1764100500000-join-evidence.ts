import type { MigrationInterface, QueryRunner } from 'typeorm';

export class JoinEvidence1764100500000 implements MigrationInterface {
  readonly name = 'JoinEvidence1764100500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE holdshort.join_evidence (sha256 text PRIMARY KEY, good_until timestamptz NOT NULL)',
    );
    await runner.query('CREATE INDEX join_evidence_over ON holdshort.join_evidence (good_until)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE holdshort.join_evidence');
  }
}
