import type {
  DraftOf,
  EventFields,
  EventFinding,
  EventProcess,
  EventPushRef,
  EventRequest,
  EventTarget,
  Outcome,
} from '@holdshort/audit-events';
import { agentV1 } from '@holdshort/contracts';
import type { ReasonCode } from '@holdshort/errors';
import type { Target } from '@holdshort/github-operations';
import type { Finding } from '../content/finding.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Push } from '../push/push.js';

/** What is about to be tried; on disk before it is. */
export const attemptDraft = (exchange: Exchange): DraftOf<'call.write'> => ({
  type: 'call.write',
  phase: 'attempt',
  ...common(exchange),
});

/** How the call ended: the outcome of an attempt, or the one event of a read or of an early refusal. */
export function outcomeDraft(
  exchange: Exchange,
  process?: EventProcess,
): DraftOf<'call.read' | 'call.write' | 'call.refused'> {
  const { answer, error, attempt, operation } = exchange;
  const outcome = outcomeOf(exchange);
  const facts = {
    ...common(exchange),
    ...decided(exchange.decision),
    masked: maskedIn(exchange),
    response: answer.status > 0 ? responseOf(exchange) : undefined,
    outcome,
    error: error && { code: error.code, message: error.message },
  };
  if (attempt) return { type: 'call.write', phase: 'outcome', ...facts, process };
  const isRefused = outcome === 'refused' || (operation.class !== 'read' && !isForwardedModelCall(exchange));
  return isRefused
    ? { type: 'call.refused', phase: 'single', ...facts, process }
    : { type: 'call.read', phase: 'single', ...facts };
}

function maskedIn({ masked }: Exchange): EventFields['masked'] {
  const counts = masked?.() ?? [];
  return counts.length > 0 ? counts : undefined;
}

/** Model traffic has one event (require-trail); having changed nothing on GitHub it stands among the reads. */
const isForwardedModelCall = ({ operation, upstreamHeaders }: Exchange): boolean =>
  operation.surface === 'copilot' && upstreamHeaders !== undefined;

function responseOf({ answer, startedAt, made }: Exchange): EventFields['response'] {
  const { status, bytes, githubRequestId } = answer;
  const { commits = [], pull } = made?.() ?? {};
  return {
    ...{ status, bytes, duration_ms: Math.round(performance.now() - startedAt), github_request_id: githubRequestId },
    commits: commits.length > 0 ? commits : undefined,
    pull,
  };
}

/** Reasons with which a call ended though nobody refused it. */
const FAILURES: ReadonlySet<ReasonCode> = new Set([
  'upstream_unreachable',
  'upstream_refused',
  'client_gone',
  'internal_error',
]);

/** How the call ended, as its event says it. */
export function outcomeOf({ error, answer, attempt, push, upstreamHeaders }: Exchange): Outcome {
  if (error) {
    // GitHub has done it, and only its answer is kept from the client
    if (error.code === 'masking_impossible' && attempt && answer.status > 0) return 'unknown';
    if (!FAILURES.has(error.code)) return 'refused';
    // GitHub may have acted although its answer was lost
    return upstreamHeaders && error.code !== 'upstream_refused' ? 'unknown' : 'failed';
  }
  if (push?.results?.some(({ ok }) => !ok)) return 'failed';
  return answer.status >= 400 ? 'failed' : 'success';
}

type CommonFacts = Pick<
  EventFields,
  'trace_id' | 'traceparent' | 'session_id' | 'human' | 'ai' | 'push' | 'findings'
> & {
  correlation_id: string;
  target: EventTarget;
  request: EventRequest;
};

/** What attempt and outcome share. Fields that are undefined are left out of the record. */
function common(exchange: Exchange): CommonFacts {
  const { session, correlationId, push } = exchange;
  return {
    ...traceOf(exchange),
    correlation_id: correlationId,
    session_id: session?.id,
    human: session?.human,
    ai: session && !session.isHuman ? { tool: session.assistant || 'unknown' } : undefined,
    target: targetOf(exchange),
    request: requestOf(exchange),
    push: push && !push.commands.probe ? pushRefs(push) : undefined,
    findings: exchange.findings?.length ? exchange.findings.map(eventFinding) : undefined,
  };
}

/** W3C Trace Context: version, trace id, span id, flags. */
const traceOf = ({ span }: Exchange): Pick<CommonFacts, 'trace_id' | 'traceparent'> => ({
  trace_id: span?.traceparent?.split('-')[1],
  traceparent: span?.traceparent,
});

function requestOf({ operation, request, digest, body, push, file, toolArgumentsSha256 }: Exchange): EventRequest {
  return {
    surface: operation.surface,
    operation: operation.id,
    class: operation.class,
    intents: [...new Set(operation.intents.map(({ action }) => action))],
    method: operation.method,
    path: operation.path,
    user_agent: request.headers['user-agent'],
    bytes: push ? push.packBytes + push.commands.header.length : (file?.bytes ?? body?.length),
    sha256: digest,
    arguments_sha256: toolArgumentsSha256,
  };
}

/** Names as the call gave them; where it gave none, as the control plane resolved them. */
function targetOf({ operation, decision }: Exchange): EventTarget {
  const { owner, repo, repositoryId, ref, number } = {
    ...filled(decision?.resolvedTarget),
    ...operation.intents[0]?.target,
  };
  return { host: operation.host, repo: owner && repo ? `${owner}/${repo}` : owner, repo_id: repositoryId, ref, number };
}

/** Without the empty texts and zeros that proto3 has for absent. */
const filled = (target: agentV1.Target | undefined): Target =>
  Object.fromEntries(Object.entries(target ?? {}).filter(([, value]) => value !== '' && value !== 0));

const eventFinding = ({ rule, severity, kind, path, line, fingerprint, allowedBy }: Finding): EventFinding => ({
  ...{ rule, severity, kind, path, line },
  ...(fingerprint ? { fingerprint } : {}),
  ...(allowedBy ? { allowed_by: allowedBy } : {}),
});

function pushRefs({ commands, summary, results }: Push): EventPushRef[] {
  const packSha256 = summary.packSha256 || undefined;
  return commands.commands.map(({ ref, oldId, newId }, n) => {
    // in the order of the commands; a name that holds a secret is told without it
    const change = summary.refs[n];
    return {
      ref: change?.ref ?? ref,
      old: oldId,
      new: newId,
      kind: (change?.kind ?? kindByIds(oldId, newId)) as EventPushRef['kind'],
      commits: change?.commits,
      paths: change?.changedPaths,
      path_classes: change?.pathClasses,
      result: resultOf(results, ref),
      pack_sha256: packSha256,
    };
  });
}

function resultOf(results: Push['results'], ref: string): string | undefined {
  const result = results?.find((candidate) => candidate.ref === ref);
  return result && (result.ok ? 'ok' : (result.reason ?? 'refused'));
}

const isZero = (id: string): boolean => /^0+$/.test(id);

/** Before the pack is read, an update may turn out to be a force push. */
const kindByIds = (oldId: string, newId: string): EventPushRef['kind'] =>
  isZero(newId) ? 'delete' : isZero(oldId) ? 'create' : 'update';

const EFFECTS: Partial<Record<agentV1.Effect, 'allow' | 'deny' | 'hold'>> = {
  [agentV1.Effect.EFFECT_ALLOW]: 'allow',
  [agentV1.Effect.EFFECT_DENY]: 'deny',
  [agentV1.Effect.EFFECT_HOLD]: 'hold',
};

function decided(decision: agentV1.DecideResponse | undefined): Pick<EventFields, 'decision' | 'approval' | 'lease'> {
  const effect = decision && EFFECTS[decision.effect];
  if (!effect) return {};
  const { decisionId, determiningPolicies, policyVersion, reasonCodes } = decision;
  return {
    decision: {
      id: decisionId,
      effect,
      rules: determiningPolicies,
      policy_version: policyVersion,
      reason: reasonCodes,
    },
    approval: approvalOf(decision),
    lease: leaseOf(decision.lease),
  };
}

function approvalOf({ approval, hold }: agentV1.DecideResponse): EventFields['approval'] {
  if (approval)
    return { id: approval.approvalId, approvers: approval.approvers, at: approval.approvedAt, digest: approval.digest };
  return hold && { id: hold.approvalId, approvers: [], digest: '' };
}

/** The lease without its token: the hash joins with `hashed_token` of GitHub's own audit log. */
function leaseOf(lease: agentV1.Lease | undefined): EventFields['lease'] {
  if (!lease) return undefined;
  const { id, kind, tokenSha256Base64, permissions, repositories, expiresAt } = lease;
  return { id, kind, token_sha256_b64: tokenSha256Base64, permissions, repositories, expires: expiresAt };
}
