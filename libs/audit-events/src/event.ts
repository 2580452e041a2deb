import type { ReasonCode } from '@holdshort/errors';

/** One audit record; docs/reference/events.md. I-JSON, snake_case, additive-only. */
export interface AuditEvent {
  /** UUIDv7; at-least-once delivery is deduplicated by it. */
  id: string;
  specversion: 1;
  type: EventType;
  phase: 'attempt' | 'outcome' | 'single';
  /** Short stable code of the type, e.g. HS-1001. */
  code: string;
  /** RFC 3339 UTC with milliseconds. */
  time: string;
  /** One chain per boot of an emitter. */
  chain_id: string;
  /** From 1, without a gap. */
  seq: number;
  /** Lower-case hex SHA-256 of the previous event of the chain; 64 zeros for the first. */
  prev_hash: string;
  /** Lower-case hex SHA-256 over the RFC 8785 form of the event without `hash`. */
  hash: string;
  tenant: string;
  agent: { id: string; host: string; version: string };
  human?: { sub: string; login: string; email?: string; idp: string };
  github_actor?: { login: string; id?: string };
  ai?: { tool: string; session_id?: string; model?: string };
  session_id?: string;
  target?: EventTarget;
  request?: {
    surface: string;
    operation: string;
    class: string;
    intents: string[];
    method: string;
    path: string;
    user_agent?: string;
    bytes?: number;
    sha256?: string;
  };
  response?: { status: number; bytes?: number; sha256?: string; github_request_id?: string; duration_ms: number };
  push?: EventPushRef[];
  /** What the scanners found in the content of the call; never the text itself. */
  findings?: EventFinding[];
  decision?: {
    id: string;
    effect: 'allow' | 'deny' | 'hold';
    rules: string[];
    policy_version: string;
    reason: string[];
  };
  approval?: { id: string; approvers: string[]; at?: string; digest: string; state?: string; reason?: string };
  lease?: {
    id: string;
    kind: string;
    token_sha256_b64: string;
    permissions: Record<string, string>;
    repositories?: string[];
    expires: string;
  };
  /** Joins attempt and outcome of one call, and is shown to the user in every refusal. */
  correlation_id: string;
  trace_id?: string;
  outcome?: Outcome;
  error?: { code: ReasonCode; message: string };
  /** Facts of one type only, e.g. `{ "recovered": true }`. */
  detail?: Record<string, string | number | boolean | null>;
}

export type Outcome = 'success' | 'refused' | 'failed' | 'unknown';

export interface EventTarget {
  host: string;
  repo?: string;
  repo_id?: string;
  ref?: string;
  number?: number;
}

export interface EventPushRef {
  ref: string;
  old: string;
  new: string;
  kind: 'create' | 'update' | 'force' | 'delete';
  commits?: number;
  paths?: string[];
  path_classes?: string[];
  /** `ok`, or the reason GitHub or Holdshort gave; only in outcomes. */
  result?: string;
  pack_sha256?: string;
}

export interface EventFinding {
  /** See docs/reference/secret-rules.md; `unscanned` for content that could not be read. */
  rule: string;
  severity: 'block' | 'warn';
  kind: 'secret' | 'hidden-text' | 'unscanned';
  path: string;
  /** From 1; 0 where the path itself is meant. */
  line: number;
  fingerprint?: string;
  /** A comment in the content let it pass, which the agent's settings permit. */
  allowed_by?: 'comment';
}

/** type -> code. Closed and additive-only: a code is never renamed or reused. */
export const EVENT_TYPES = {
  'agent.started': 'HS-1001',
  'agent.stopped': 'HS-1002',
  'agent.enrolled': 'HS-1003',
  'agent.revoked': 'HS-1004',
  'agent.joined': 'HS-1005',
  'agent.join_refused': 'HS-1006',
  'call.read': 'HS-2001',
  'call.write': 'HS-2002',
  'call.refused': 'HS-2003',
  'tunnel.opened': 'HS-2004',
  'session.opened': 'HS-3001',
  'session.closed': 'HS-3002',
  'auth.login': 'HS-3101',
  'auth.refused': 'HS-3102',
  'auth.logout': 'HS-3103',
  'auth.identity_ended': 'HS-3104',
  'auth.groups_changed': 'HS-3105',
  'auth.token_created': 'HS-3106',
  'auth.token_revoked': 'HS-3107',
  'auth.roles_changed': 'HS-3108',
  'auth.break_glass_created': 'HS-3109',
  'auth.break_glass_used': 'HS-3110',
  'approval.requested': 'HS-4001',
  'approval.granted': 'HS-4002',
  'approval.rejected': 'HS-4003',
  'approval.expired': 'HS-4004',
  'approval.used': 'HS-4005',
  'grant.given': 'HS-4101',
  'grant.revoked': 'HS-4102',
  'grant.used': 'HS-4103',
  'notification.failed': 'HS-4201',
  'lease.issued': 'HS-5001',
  'lease.revoked': 'HS-5002',
  'policy.activated': 'HS-6001',
  'policy.saved': 'HS-6002',
  'policy.submitted': 'HS-6003',
  'policy.reviewed': 'HS-6004',
  'policy.simulated': 'HS-6005',
  'policy.break_glass': 'HS-6006',
  'kill.engaged': 'HS-7001',
  'kill.lifted': 'HS-7002',
  'keys.rotated': 'HS-7101',
} as const;

export type EventType = keyof typeof EVENT_TYPES;

/** What an emitter hands over; the chain adds id, code, time (unless given), chain fields, tenant and agent. */
export type EventDraft = Omit<
  AuditEvent,
  'id' | 'specversion' | 'code' | 'time' | 'chain_id' | 'seq' | 'prev_hash' | 'hash' | 'tenant' | 'agent'
> & {
  time?: string;
};
