import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE holdshort.access_tokens (
    token_sha256 text PRIMARY KEY, sub text NOT NULL, login text NOT NULL, email text NOT NULL, idp text NOT NULL,
    groups text[] NOT NULL, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, revoked_at timestamptz)`,
  `CREATE TABLE holdshort.device_logins (
    handle_sha256 text PRIMARY KEY, sealed_device_code bytea NOT NULL, expires_at timestamptz NOT NULL)`,
  `CREATE TABLE holdshort.join_tokens (
    id text PRIMARY KEY, workspace text NOT NULL, created_by text NOT NULL, created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL, used_at timestamptz, agent_id text)`,
  `CREATE TABLE holdshort.agents (
    id text PRIMARY KEY, workspace text NOT NULL, host text NOT NULL, version text NOT NULL, enrolled_at timestamptz NOT NULL,
    last_seen timestamptz, certificate_expires timestamptz NOT NULL, revoked_at timestamptz)`,
  `CREATE TABLE holdshort.sessions (
    id text PRIMARY KEY, credential_sha256 text NOT NULL UNIQUE, human_sub text NOT NULL, human_login text NOT NULL,
    human_email text NOT NULL, human_idp text NOT NULL, human_groups text[] NOT NULL, assistant text NOT NULL,
    is_human boolean NOT NULL, workspace text NOT NULL, agent_id text, command text NOT NULL, opened_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL, ended_at timestamptz, end_reason text)`,
  `CREATE INDEX sessions_live ON holdshort.sessions (expires_at) WHERE ended_at IS NULL`,
  `CREATE INDEX sessions_by_owner ON holdshort.sessions (human_idp, human_sub, opened_at)`,
  `CREATE INDEX sessions_by_time ON holdshort.sessions (opened_at, id)`,
  `CREATE TABLE holdshort.policy_versions (
    version text PRIMARY KEY, name text NOT NULL, source jsonb NOT NULL, created_at timestamptz NOT NULL,
    activated_at timestamptz, active boolean NOT NULL DEFAULT false)`,
  `CREATE UNIQUE INDEX policy_versions_one_active ON holdshort.policy_versions (active) WHERE active`,
  `CREATE TABLE holdshort.decisions (
    id text PRIMARY KEY, session_id text NOT NULL, agent_id text NOT NULL, correlation_id text NOT NULL, surface text NOT NULL,
    operation text NOT NULL, target text NOT NULL, digest text NOT NULL, effect text NOT NULL, policies text[] NOT NULL,
    policy_version text NOT NULL, reason_codes text[] NOT NULL, dry_run boolean NOT NULL, decided_at timestamptz NOT NULL,
    request jsonb NOT NULL)`,
  `CREATE INDEX decisions_by_time ON holdshort.decisions (decided_at)`,
  `CREATE INDEX decisions_by_session ON holdshort.decisions (session_id, decided_at)`,
  `CREATE TABLE holdshort.approvals (
    id text PRIMARY KEY, state text NOT NULL, session_id text NOT NULL, surface text NOT NULL, operation text NOT NULL,
    repo text NOT NULL, refs jsonb NOT NULL, digest text NOT NULL, policy_version text NOT NULL, policies text[] NOT NULL,
    gates jsonb NOT NULL, owner_sub text NOT NULL, owner_idp text NOT NULL, owner_login text NOT NULL, assistant text NOT NULL,
    correlation_id text NOT NULL, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, decided_at timestamptz,
    used_at timestamptz, rejected_by text, reason text)`,
  `CREATE UNIQUE INDEX approvals_one_pending ON holdshort.approvals (session_id, repo, operation, digest, policy_version)
    WHERE state = 'pending'`,
  `CREATE INDEX approvals_by_call ON holdshort.approvals (session_id, digest)`,
  `CREATE INDEX approvals_open ON holdshort.approvals (expires_at) WHERE state IN ('pending', 'approved')`,
  `CREATE INDEX approvals_by_time ON holdshort.approvals (created_at, id)`,
  `CREATE TABLE holdshort.approval_votes (
    approval_id text NOT NULL REFERENCES holdshort.approvals (id) ON DELETE CASCADE, voter_idp text NOT NULL, voter_sub text NOT NULL,
    login text NOT NULL, groups text[] NOT NULL, effect text NOT NULL, reason text NOT NULL, at timestamptz NOT NULL,
    PRIMARY KEY (approval_id, voter_idp, voter_sub))`,
  `CREATE TABLE holdshort.leases (
    id text PRIMARY KEY, session_id text NOT NULL, repositories text[] NOT NULL, permissions jsonb NOT NULL,
    token_sha256 text NOT NULL, issued_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, revoked_at timestamptz)`,
  `CREATE INDEX leases_by_session ON holdshort.leases (session_id)`,
];

export class InitialSchema1763870000000 implements MigrationInterface {
  readonly name = 'InitialSchema1763870000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    // going back would drop records; a new migration goes forward instead
    await Promise.reject(new Error('the initial schema is not taken back'));
  }
}
