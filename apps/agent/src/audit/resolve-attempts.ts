import type { AuditEvent, DraftOf, EventPushRef, Outcome } from '@holdshort/audit-events';
import { HoldshortError, toHoldshortError } from '@holdshort/errors';
import { isGithubHost, wholePushAction, type Operation } from '@holdshort/github-operations';
import { decide } from '../control/decide.js';
import type { AgentContext } from '../exchange/agent-context.js';
import { API_HOST, GITHUB_HOST } from '../exchange/hosts.js';
import type { Session } from '../session/session-registry.js';
import { askRef, refAddress } from '../upstream/ask-ref.js';

const RETRY_MS = 2_000;

/**
 * Attempts of an earlier boot that have no outcome (the agent was killed between the two): GitHub is asked where
 * each ref of the push stands now, and that becomes the outcome. What cannot be told is recorded as unknown, never
 * left open. Ends when all are resolved or `signal` is aborted; an unreachable control plane is waited for.
 */
export async function resolveAttempts(agent: AgentContext, signal: AbortSignal): Promise<void> {
  for (const attempt of agent.trail.unresolvedAttempts) {
    while (!signal.aborted) {
      try {
        const { event } = await agent.trail.record(await conclude(agent, attempt, signal));
        agent.attestor.attest(event);
        break;
      } catch (thrown) {
        const error = toHoldshortError(thrown);
        agent.logger.warn(
          { code: error.code, correlation_id: attempt.correlation_id },
          'an open attempt cannot be resolved yet',
        );
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

/** Every attempt says both; a record of an older version must not stay open for want of them. */
const UNKNOWN_TARGET = { host: '' };
const UNKNOWN_REQUEST = { surface: '', operation: '', class: '', intents: [], method: '', path: '' };

async function conclude(agent: AgentContext, attempt: AuditEvent, signal: AbortSignal): Promise<DraftOf<'call.write'>> {
  const refs =
    attempt.push && attempt.target?.repo && movedOwnRefs(attempt)
      ? await lookAtRefs(agent, attempt, signal)
      : undefined;
  const { correlation_id, session_id, human, ai, target = UNKNOWN_TARGET, request = UNKNOWN_REQUEST, push } = attempt;
  const { trace_id, traceparent } = attempt;
  return {
    type: 'call.write',
    trace_id,
    traceparent,
    session_id,
    human,
    ai,
    target,
    request,
    push: refs ?? push,
    phase: 'outcome',
    correlation_id,
    outcome: refs ? outcomeOf(refs) : 'unknown',
    detail: {
      recovered: true,
      attempt_id: attempt.id,
      resolved_by: refs ? 'refs at GitHub' : 'nothing could be asked',
    },
  };
}

/** The refs of a wiki or a gist are called like those of a repository, but cannot be asked for. */
const movedOwnRefs = ({ request }: AuditEvent): boolean => wholePushAction(request?.operation ?? '') === undefined;

const outcomeOf = (refs: readonly EventPushRef[]): Outcome => {
  if (refs.every(({ result }) => result === 'ok')) return 'success';
  return refs.every(({ result }) => result === 'not applied') ? 'failed' : 'unknown';
};

const serverOf = (target: AuditEvent['target']): string | undefined =>
  isGithubHost(target?.host ?? GITHUB_HOST) ? undefined : target?.host;

function resultOf(entry: EventPushRef, now: string): string {
  if (now === entry.new) return 'ok';
  return now === entry.old ? 'not applied' : `unknown: the ref is at ${now}`;
}

async function lookAtRefs(
  agent: AgentContext,
  { session_id, push = [], target, human }: AuditEvent,
  signal: AbortSignal,
): Promise<EventPushRef[] | undefined> {
  const repo = target?.repo;
  if (session_id === undefined || repo === undefined || !human) return undefined;
  const session: Session = {
    id: session_id,
    human: { email: '', ...human },
    assistant: '',
    isHuman: false,
    expiresAt: Infinity,
    workspace: '',
    promptKeeping: 'digest',
  };
  const server = serverOf(target);
  const refs: EventPushRef[] = [];
  for (const entry of push) {
    const now = await currentId(agent, { session, server, repo, ref: entry.ref, signal });
    if (now === undefined) return undefined;
    refs.push({ ...entry, result: resultOf(entry, now) });
  }
  return refs;
}

interface RefQuestion {
  session: Session;
  /** Undefined for github.com. */
  server: string | undefined;
  repo: string;
  ref: string;
  signal: AbortSignal;
}

/** 40 or 64 hex digits; all zeros where the ref is not there; undefined where the session may no longer read. */
async function currentId(
  agent: AgentContext,
  { session, server, repo, ref, signal }: RefQuestion,
): Promise<string | undefined> {
  const [owner = '', name = ''] = repo.split('/');
  const path = refAddress(owner, name, ref);
  const operation: Operation = {
    surface: 'rest',
    id: 'holdshort/read-for-recovery',
    class: 'read',
    intents: [{ action: 'repo.read', target: { owner, repo: name } }],
    method: 'GET',
    path,
    host: server ?? API_HOST,
  };
  const { lease } = await decide(agent, { session, operation, correlationId: 'recovery' });
  if (!lease) return undefined;
  const { status, id } = await askRef(agent, { server, path, token: lease.token, signal });
  if (status === 404) return '0'.repeat(40);
  if (status !== 200) throw new HoldshortError('upstream_refused', `GitHub answered ${status} for a ref.`);
  return id;
}
