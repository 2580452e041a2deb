import type { AuditEvent } from '@holdshort/audit-events';

/** What is to be said at GitHub: of one commit, or of the pull requests of one branch. */
export interface EvidenceDraft {
  kind: 'commit' | 'pull';
  /** The outcome that it tells of. */
  eventId: string;
  /** The commit's id; or the branch, or the number of the pull request. One of each for an event. */
  subject: string;
  agentId: string;
  sessionId: string;
  correlationId: string;
  approvalId: string | undefined;
  /** Fully qualified; empty where none is known. */
  ref: string;
}

export interface EvidenceJob extends EvidenceDraft {
  id: string;
  attempts: number;
  createdAt: Date;
}

/** An event that tells of more is told of in part. */
const MAX_SUBJECTS = 50;
/** With these GitHub makes commits for a call. */
const MOVES = new Set(['ref.create', 'ref.update', 'ref.force', 'pull.merge']);
const BRANCH = 'refs/heads/';

/** What the outcome of a call asks to be said: of branches that moved, and of a pull request that was opened. */
export function draftsOf(event: AuditEvent): EvidenceDraft[] {
  const { type, phase, session_id: sessionId, correlation_id: correlationId, agent } = event;
  if (type !== 'call.write' || phase !== 'outcome' || sessionId === undefined) return [];
  const common = { eventId: event.id, agentId: agent.id, sessionId, correlationId, approvalId: event.approval?.id };
  const moved = movedBranches(event);
  const commits = moved.map(({ ref, id }) => ({ kind: 'commit', subject: id, ref }) as const);
  const branches = moved
    .filter(({ ref }) => ref !== '')
    .map(({ ref }) => ({ kind: 'pull', subject: ref, ref }) as const);
  const opened = openedPulls(event).map((pull) => ({ kind: 'pull', subject: String(pull), ref: '' }) as const);
  return [...unique(commits), ...unique(branches), ...opened].map((draft) => ({ ...common, ...draft }));
}

const unique = <T extends { subject: string }>(drafts: readonly T[]): T[] =>
  [...new Map(drafts.map((draft) => [draft.subject, draft])).values()].slice(0, MAX_SUBJECTS);

interface Moved {
  ref: string;
  id: string;
}

/** Wikis and gists are no part of the repository: not of them. */
function movedBranches(event: AuditEvent): Moved[] {
  const { request, push } = event;
  if (!request?.intents.some((intent) => MOVES.has(intent))) return [];
  return push ? pushedBranches(push) : madeCommits(event);
}

/** Tags may stand at what is no commit. */
const pushedBranches = (push: NonNullable<AuditEvent['push']>): Moved[] =>
  push
    .filter(({ ref, kind, result }) => ref.startsWith(BRANCH) && kind !== 'delete' && result === 'ok')
    .map(({ ref, new: id }) => ({ ref, id }));

/** What GitHub made for a call of an API; a merge does not say onto which branch. */
function madeCommits({ effects = [], outcome }: AuditEvent): Moved[] {
  if (outcome !== 'success') return [];
  return effects.flatMap(({ kind, action, ref = '', new: id }) => {
    if (id === undefined || action === 'delete' || (ref !== '' && !ref.startsWith(BRANCH))) return [];
    return kind === 'ref' || action === 'merge' ? [{ ref, id }] : [];
  });
}

const openedPulls = ({ effects = [], outcome }: AuditEvent): number[] =>
  outcome === 'success'
    ? effects.flatMap(({ kind, action, number }) => (kind === 'pull' && action === 'create' ? (number ?? []) : []))
    : [];
