import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE holdshort.people (
    idp text NOT NULL, sub text NOT NULL, login text NOT NULL, email text NOT NULL, groups text[] NOT NULL,
    sealed_refresh_token text, checked_at timestamptz NOT NULL, good_until timestamptz, ended_at timestamptz, end_reason text,
    PRIMARY KEY (idp, sub))`,
  `INSERT INTO holdshort.people (idp, sub, login, email, groups, checked_at)
    SELECT DISTINCT ON (idp, sub) idp, sub, login, email, groups, created_at FROM holdshort.access_tokens
    WHERE revoked_at IS NULL ORDER BY idp, sub, created_at DESC`,
  `CREATE INDEX access_tokens_by_person ON holdshort.access_tokens (idp, sub) WHERE revoked_at IS NULL`,
  `ALTER TABLE holdshort.device_logins ADD COLUMN issuer text NOT NULL DEFAULT ''`,
  `CREATE TABLE holdshort.login_attempts (
    state_sha256 text PRIMARY KEY, browser_sha256 text NOT NULL, issuer text NOT NULL, return_to text NOT NULL,
    sealed_secrets bytea NOT NULL, expires_at timestamptz NOT NULL)`,
  `CREATE TABLE holdshort.web_sessions (
    id_sha256 text PRIMARY KEY, idp text NOT NULL, sub text NOT NULL, idp_sid text, sealed_id_token bytea NOT NULL,
    created_at timestamptz NOT NULL, seen_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, ended_at timestamptz)`,
  `CREATE INDEX web_sessions_by_person ON holdshort.web_sessions (idp, sub) WHERE ended_at IS NULL`,
  `CREATE TABLE holdshort.seen_tokens (key_sha256 text PRIMARY KEY, expires_at timestamptz NOT NULL)`,
  `CREATE INDEX seen_tokens_by_expiry ON holdshort.seen_tokens (expires_at)`,
  `CREATE TABLE holdshort.api_tokens (
    id text PRIMARY KEY, token_sha256 text NOT NULL UNIQUE, idp text NOT NULL, sub text NOT NULL, name text NOT NULL,
    scopes text[] NOT NULL, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, last_used_at timestamptz,
    revoked_at timestamptz)`,
  `CREATE INDEX api_tokens_by_person ON holdshort.api_tokens (idp, sub, created_at, id)`,
  `CREATE TABLE holdshort.role_grants (
    group_name text NOT NULL, role text NOT NULL, granted_by text NOT NULL, granted_at timestamptz NOT NULL,
    PRIMARY KEY (group_name, role))`,
  `CREATE TABLE holdshort.break_glass_passwords (
    id text PRIMARY KEY, password_sha256 text NOT NULL UNIQUE, reason text NOT NULL, created_by text NOT NULL,
    created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, announced_at timestamptz, used_at timestamptz)`,
];

/** People and what proves who they are. Only adds: the version before goes on working. */
export class People1764150000000 implements MigrationInterface {
  readonly name = 'People1764150000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    // going back would drop who had which role; a new migration goes forward instead
    await Promise.reject(new Error('the tables of people are not taken back'));
  }
}
