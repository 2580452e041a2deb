import type { OwnEvent } from '../audit/control-plane-audit.js';
import type { Approval } from './approval.js';

type ApprovalEventType =
  'approval.requested' | 'approval.granted' | 'approval.rejected' | 'approval.expired' | 'approval.used';

export interface ApprovalFacts {
  approvers: string[];
  correlationId: string;
  at?: Date;
  reason?: string;
  detail?: NonNullable<OwnEvent['detail']>;
}

/** An approval's change as an event; the session's engineer stays its `human`, those who answered are `approvers`. */
export function approvalEvent(type: ApprovalEventType, row: Approval, facts: ApprovalFacts): OwnEvent {
  const ref = row.refs.length === 1 ? row.refs[0]?.ref : undefined;
  return {
    type,
    correlation_id: facts.correlationId,
    session_id: row.sessionId,
    human: { sub: row.ownerSub, login: row.ownerLogin, idp: row.ownerIdp },
    ...(row.assistant === '' ? {} : { ai: { tool: row.assistant } }),
    target: { host: 'github.com', repo: row.repo, ...(ref === undefined ? {} : { ref }) },
    approval: {
      id: row.id,
      approvers: facts.approvers,
      digest: row.digest,
      state: row.state,
      ...(facts.at === undefined ? {} : { at: facts.at.toISOString() }),
      ...(facts.reason === undefined || facts.reason === '' ? {} : { reason: facts.reason }),
    },
    outcome: 'success',
    detail: { operation: row.operation, policy_version: row.policyVersion, ...facts.detail },
  };
}
