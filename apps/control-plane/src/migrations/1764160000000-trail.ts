import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Trail1764160000000 implements MigrationInterface {
  readonly name = 'Trail1764160000000';

  async up(runner: QueryRunner): Promise<void> {
    // `sealed`: the private half, of the control plane's own key only
    await runner.query(`CREATE TABLE holdshort.audit_keys (key text PRIMARY KEY, owner text NOT NULL, certificate text NOT NULL,
      ending text, sealed text, created_at timestamptz NOT NULL)`);
    await runner.query('CREATE INDEX audit_keys_owner ON holdshort.audit_keys (owner)');
    await runner.query('CREATE UNIQUE INDEX audit_keys_own ON holdshort.audit_keys ((true)) WHERE sealed IS NOT NULL');
    await runner.query(`CREATE TABLE holdshort.audit_heads (chain_id text PRIMARY KEY, agent_id text NOT NULL, seq bigint NOT NULL,
      hash text NOT NULL, final boolean NOT NULL, head text NOT NULL, anchored_seq bigint NOT NULL DEFAULT 0)`);
    await runner.query('CREATE INDEX audit_heads_moved ON holdshort.audit_heads (chain_id) WHERE seq > anchored_seq');
    await runner.query(
      `CREATE TABLE holdshort.audit_anchors (hour text PRIMARY KEY, record text NOT NULL, stored_at timestamptz)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE holdshort.audit_anchors, holdshort.audit_heads, holdshort.audit_keys');
  }
}
