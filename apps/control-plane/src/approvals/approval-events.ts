import type { OwnEventOf } from '../audit/control-plane-audit.js';
import type { Approval } from './approval.js';

export interface ApprovalFacts {
  approvers: string[];
  correlationId: string;
  at?: Date;
  reason?: string;
}

/** What an approval's events share; the session's engineer stays its `human`, those who answered are `approvers`. */
const factsOf = (row: Approval, facts: ApprovalFacts) => {
  const ref = row.refs.length === 1 ? row.refs[0]?.ref : undefined;
  return {
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
    outcome: 'success' as const,
  };
};

const holdOf = ({ operation, policyVersion }: Approval) => ({ operation, policy_version: policyVersion });

/** A change that nobody's answer made. */
export const approvalEvent = (
  type: 'approval.requested' | 'approval.expired' | 'approval.used',
  row: Approval,
  facts: ApprovalFacts,
): OwnEventOf<'approval.requested' | 'approval.expired' | 'approval.used'> => ({
  type,
  ...factsOf(row, facts),
  detail: holdOf(row),
});

export interface Answer {
  by: string;
  /** Where it was given, if not here. */
  via?: string;
}

export const answerEvent = (
  type: 'approval.granted' | 'approval.rejected',
  row: Approval,
  facts: ApprovalFacts,
  answer: Answer,
): OwnEventOf<'approval.granted' | 'approval.rejected'> => ({
  type,
  ...factsOf(row, facts),
  detail: {
    ...holdOf(row),
    call_correlation_id: row.correlationId,
    answered_by: answer.by,
    ...(answer.via === undefined ? {} : { via: answer.via }),
  },
});

export const contentReadEvent = (
  row: Approval,
  facts: ApprovalFacts,
  reader: string,
): OwnEventOf<'approval.content_read'> => ({
  type: 'approval.content_read',
  ...factsOf(row, facts),
  detail: { ...holdOf(row), read_by: reader },
});
