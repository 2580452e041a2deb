import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE holdshort.github_links (
    id text PRIMARY KEY, idp text NOT NULL, sub text NOT NULL, login text NOT NULL, email text NOT NULL,
    site text NOT NULL, app_id text NOT NULL, github_id text NOT NULL, github_login text NOT NULL,
    sealed_access text NOT NULL, access_expires_at timestamptz NOT NULL,
    sealed_refresh text NOT NULL, refresh_expires_at timestamptz NOT NULL,
    linked_at timestamptz NOT NULL, refreshed_at timestamptz NOT NULL, refreshes integer NOT NULL,
    broken_at timestamptz, broken_reason text,
    UNIQUE (idp, sub, site, app_id), UNIQUE (site, app_id, github_id))`,
  `CREATE TABLE holdshort.github_link_attempts (
    state_sha256 text PRIMARY KEY, by text NOT NULL, idp text NOT NULL, sub text NOT NULL, browser_sha256 text,
    site text NOT NULL, app_id text NOT NULL, sealed_secret bytea NOT NULL, expires_at timestamptz NOT NULL)`,
  `ALTER TABLE holdshort.leases ADD COLUMN kind text NOT NULL DEFAULT 'installation', ADD COLUMN site text,
    ADD COLUMN app_id text, ADD COLUMN sealed_token text`,
  `CREATE INDEX leases_with_tokens ON holdshort.leases (issued_at) WHERE sealed_token IS NOT NULL`,
];

/** Accounts that people have linked, and links under way. Only adds: the version before goes on working. */
export class GithubLinks1764180000000 implements MigrationInterface {
  readonly name = 'GithubLinks1764180000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    // going back would drop tokens that are good at GitHub; a new migration goes forward instead
    await Promise.reject(new Error('the tables of links are not taken back'));
  }
}
