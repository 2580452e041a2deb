import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE holdshort.approval_grants (
    id text PRIMARY KEY, session_id text NOT NULL, engineer text NOT NULL, engineer_idp text NOT NULL, actions text[] NOT NULL,
    repo text NOT NULL, ref_glob text NOT NULL, gates text[] NOT NULL, reason text NOT NULL, granter_sub text NOT NULL,
    granter_idp text NOT NULL, granter_login text NOT NULL, granter_email text NOT NULL, granter_groups text[] NOT NULL, created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL, revoked_at timestamptz, revoked_by text, uses integer NOT NULL)`,
  `CREATE INDEX approval_grants_live ON holdshort.approval_grants (engineer, expires_at) WHERE revoked_at IS NULL`,
  `CREATE INDEX approval_grants_by_session ON holdshort.approval_grants (session_id) WHERE revoked_at IS NULL`,
];

export class ApprovalGrants1764100200000 implements MigrationInterface {
  readonly name = 'ApprovalGrants1764100200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE holdshort.approval_grants');
  }
}
