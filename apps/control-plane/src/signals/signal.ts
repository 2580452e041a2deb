/** What one replica tells all replicas, itself included. Never a secret. */
export type Signal =
  | { kind: 'approval_changed'; approvalId: string }
  | { kind: 'session_ended'; sessionId: string; reason: string }
  /** Its owner's groups are others now: what was decided before must not be reused. */
  | { kind: 'session_changed'; sessionId: string }
  /** `atOnce`: leases of older versions are revoked without a grace. */
  | { kind: 'policy_activated'; version: string; atOnce?: boolean }
  | { kind: 'lease_revoked'; leaseId: string; sessionId: string }
  /** Its tokens are dead at GitHub. */
  | { kind: 'github_unlinked'; linkId: string }
  | { kind: 'agent_revoked'; agentId: string }
  | { kind: 'kill_changed' }
  /** The line was down: signals may have been missed, look again. Sent by no one, made at reconnect. */
  | { kind: 'resync' };

const KINDS: ReadonlySet<string> = new Set([
  'approval_changed',
  'session_ended',
  'session_changed',
  'policy_activated',
  'lease_revoked',
  'agent_revoked',
  'github_unlinked',
  'kill_changed',
]);

/** The signal in a NOTIFY payload; undefined for one of a newer version. */
export function parseSignal(payload: string): Signal | undefined {
  const value = JSON.parse(payload) as { kind?: unknown };
  return typeof value.kind === 'string' && KINDS.has(value.kind) ? (value as Signal) : undefined;
}
