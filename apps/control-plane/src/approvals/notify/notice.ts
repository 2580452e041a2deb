import type { Approval, ApprovalVote } from '../approval.js';
import type { HeldFinding } from '../approval.entity.js';
import { countGates, type CountedGate } from '../gate-count.js';
import { shareable } from './shareable.js';

/** What has become of a hold. `answered`: somebody approved, and more are needed. */
export const NOTICE_EVENTS = ['requested', 'answered', 'granted', 'rejected', 'expired', 'used'] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** What a notifier tells people of one hold; everything in it may leave the house. */
export interface Notice {
  /** The same for every attempt to deliver it, so that a receiver can drop repeats. */
  id: string;
  event: NoticeEvent;
  approval: {
    id: string;
    url: string;
    state: Approval['state'];
    engineer: string;
    assistant: string;
    session_id: string;
    surface: string;
    operation: string;
    repo: string;
    refs: { ref: string; kind: string; old: string; new: string; paths: string[]; more_paths: number }[];
    /** What scanners found: rule, place and a redacted excerpt. */
    findings: HeldFinding[];
    gates: CountedGate[];
    policies: string[];
    digest: string;
    answers: { by: string; effect: string; reason: string }[];
    reason: string;
    expires_at: string;
  };
}

/** More paths than that nobody reads in a message; the link shows all. */
const PATHS = 15;
/** Git itself allows thousands of refs in a push. */
const REFS = 10;

export function noticeOf(
  { id, event }: Pick<Notice, 'id' | 'event'>,
  row: Approval,
  votes: readonly ApprovalVote[],
  url: string,
): Notice {
  const approval = {
    ...{ id: row.id, state: row.state, session_id: row.sessionId, surface: row.surface, operation: row.operation },
    ...{ engineer: row.ownerLogin, assistant: row.assistant, repo: row.repo, policies: row.policies },
    refs: row.refs.slice(0, REFS).map(({ ref, kind, old, new: to, paths }) => ({
      ...{ ref, kind, old, new: to, paths: paths.slice(0, PATHS), more_paths: Math.max(0, paths.length - PATHS) },
    })),
    findings: row.findings,
    gates: countGates(row.gates, votes),
    answers: votes.map(({ login, effect, reason }) => ({ by: login, effect, reason })),
    reason: row.reason ?? '',
    expires_at: row.expiresAt.toISOString(),
  };
  // ids and digests of ours look as random as secrets do, and are none
  return {
    id,
    event,
    approval: { ...shareable(approval), id: row.id, session_id: row.sessionId, digest: row.digest, url },
  };
}
