import type { Approval, ApprovalVote } from './approval.js';
import { countGates } from './gate-count.js';

/** Where a person looks at an approval. */
export const approvalUrl = (publicUrl: string, id: string): string => `${publicUrl}/approvals/${id}`;

/** An approval as the HTTP API shows it. */
export const approvalView = (row: Approval, votes: readonly ApprovalVote[], url: string) => ({
  id: row.id,
  state: row.state,
  session_id: row.sessionId,
  human: { login: row.ownerLogin },
  assistant: row.assistant,
  surface: row.surface,
  operation: row.operation,
  repo: row.repo,
  refs: row.refs,
  findings: row.findings,
  digest: row.digest,
  expected: row.expected,
  policy_version: row.policyVersion,
  policies: row.policies,
  gates: countGates(row.gates, votes),
  approvals: votes.map((vote) => ({
    by: vote.login,
    at: vote.at.toISOString(),
    effect: vote.effect,
    reason: vote.reason,
  })),
  rejected_by: row.rejectedBy,
  reason: row.reason,
  created_at: row.createdAt.toISOString(),
  decided_at: row.decidedAt?.toISOString() ?? null,
  used_at: row.usedAt?.toISOString() ?? null,
  expires_at: row.expiresAt.toISOString(),
  url,
});
