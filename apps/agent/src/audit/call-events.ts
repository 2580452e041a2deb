import type { AuditEvent, EventDraft, EventPushRef, EventTarget, Outcome } from '@holdshort/audit-events';
import { agentV1 } from '@holdshort/contracts';
import type { ReasonCode } from '@holdshort/errors';
import type { Exchange } from '../exchange/exchange.js';

/** What is about to be tried; on disk before it is. */
export const attemptDraft = (exchange: Exchange): EventDraft => ({ type: 'call.write', phase: 'attempt', ...common(exchange) });

/** How the call ended: the outcome of an attempt, or the one event of a read or of an early refusal. */
export function outcomeDraft(exchange: Exchange): EventDraft {
  const { answer, error, startedAt, attempt, operation } = exchange;
  const outcome = outcomeOf(exchange);
  const type = attempt ? 'call.write' : outcome === 'refused' || operation.class !== 'read' ? 'call.refused' : 'call.read';
  return {
    type,
    phase: attempt ? 'outcome' : 'single',
    ...common(exchange),
    ...decided(exchange.decision),
    ...(answer.status > 0 || !error ? { response: responseOf(exchange, startedAt) } : {}),
    outcome,
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
  };
}

function responseOf({ answer }: Exchange, startedAt: number): NonNullable<AuditEvent['response']> {
  const { status, bytes, githubRequestId } = answer;
  return { status, bytes, duration_ms: Math.round(Date.now() - startedAt), ...(githubRequestId ? { github_request_id: githubRequestId } : {}) };
}

/** Reasons with which a call ended though nobody refused it. */
const FAILURES: ReadonlySet<ReasonCode> = new Set(['upstream_unreachable', 'upstream_refused', 'client_gone', 'internal_error']);

function outcomeOf({ error, answer, push, upstreamHeaders }: Exchange): Outcome {
  if (error) {
    if (!FAILURES.has(error.code)) return 'refused';
    // GitHub may have acted although its answer was lost
    return upstreamHeaders && error.code !== 'upstream_refused' ? 'unknown' : 'failed';
  }
  if (push?.results?.some(({ ok }) => !ok)) return 'failed';
  return answer.status >= 400 ? 'failed' : 'success';
}

function common(exchange: Exchange): Omit<EventDraft, 'type' | 'phase'> {
  const { session, operation, request, digest, correlationId, body, push } = exchange;
  const userAgent = request.headers['user-agent'];
  return {
    correlation_id: correlationId,
    ...(session ? { session_id: session.id, human: session.human } : {}),
    ...(session && !session.isHuman ? { ai: { tool: session.assistant || 'unknown' } } : {}),
    target: targetOf(exchange),
    request: {
      surface: operation.surface,
      operation: operation.id,
      class: operation.class,
      intents: [...new Set(operation.intents.map(({ action }) => action))],
      method: operation.method,
      path: operation.path,
      ...(userAgent === undefined ? {} : { user_agent: userAgent }),
      ...(body ? { bytes: body.length } : push ? { bytes: push.packBytes + push.commands.header.length } : {}),
      ...(digest === undefined ? {} : { sha256: digest }),
    },
    ...(push && !push.commands.probe ? { push: pushRefs(exchange) } : {}),
  };
}

function targetOf({ operation, decision, host }: Exchange): EventTarget {
  const named = operation.intents[0]?.target;
  const resolved = decision?.resolvedTarget;
  const owner = named?.owner ?? resolved?.owner;
  const repo = named?.repo ?? resolved?.repo;
  const ref = named?.ref ?? resolved?.ref;
  return {
    host,
    ...(owner ? { repo: repo ? `${owner}/${repo}` : owner } : {}),
    ...(named?.repositoryId ? { repo_id: named.repositoryId } : {}),
    ...(ref ? { ref } : {}),
    ...(named?.number ? { number: named.number } : {}),
  };
}

function pushRefs({ push }: Exchange): EventPushRef[] {
  if (!push) return [];
  const sha256 = push.summary.packSha256;
  return push.commands.commands.map(({ ref, oldId, newId }) => {
    const change = push.summary.refs.find((candidate) => candidate.ref === ref);
    const result = push.results?.find((candidate) => candidate.ref === ref);
    return {
      ref,
      old: oldId,
      new: newId,
      kind: (change?.kind ?? kindByIds(oldId, newId)) as EventPushRef['kind'],
      ...(change ? { commits: change.commits, paths: change.changedPaths, path_classes: change.pathClasses } : {}),
      ...(result ? { result: result.ok ? 'ok' : (result.reason ?? 'refused') } : {}),
      ...(sha256 ? { pack_sha256: sha256 } : {}),
    };
  });
}

const isZero = (id: string): boolean => /^0+$/.test(id);

/** Before the pack is read, an update may turn out to be a force push. */
const kindByIds = (oldId: string, newId: string): EventPushRef['kind'] => (isZero(newId) ? 'delete' : isZero(oldId) ? 'create' : 'update');

const EFFECTS: Partial<Record<agentV1.Effect, 'allow' | 'deny' | 'hold'>> = {
  [agentV1.Effect.EFFECT_ALLOW]: 'allow',
  [agentV1.Effect.EFFECT_DENY]: 'deny',
  [agentV1.Effect.EFFECT_HOLD]: 'hold',
};

function decided(decision: agentV1.DecideResponse | undefined): Partial<EventDraft> {
  const effect = decision && EFFECTS[decision.effect];
  if (!decision || !effect) return {};
  const { decisionId, determiningPolicies, policyVersion, reasonCodes, approval, lease, hold } = decision;
  const approvalId = approval?.approvalId ?? hold?.approvalId;
  return {
    decision: { id: decisionId, effect, rules: determiningPolicies, policy_version: policyVersion, reason: reasonCodes },
    ...(approvalId
      ? { approval: { id: approvalId, approvers: approval?.approvers ?? [], digest: approval?.digest ?? '', ...(approval ? { at: approval.approvedAt } : {}) } }
      : {}),
    ...(lease
      ? {
          lease: {
            id: lease.id,
            kind: lease.kind,
            token_sha256_b64: lease.tokenSha256Base64,
            permissions: lease.permissions,
            repositories: lease.repositories,
            expires: lease.expiresAt,
          },
        }
      : {}),
  };
}
