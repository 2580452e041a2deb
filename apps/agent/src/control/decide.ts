import { agentV1 } from '@holdshort/contracts';
import { HoldshortError } from '@holdshort/errors';
import { isModelCall, mayServeAgain, type Operation, type Target } from '@holdshort/github-operations';
import type { Finding } from '../content/finding.js';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Session } from '../session/session-registry.js';
import { decisionKey } from './decision-cache.js';

export interface Question {
  session: Session;
  operation: Operation;
  correlationId: string;
  digest?: string;
  push?: agentV1.PushSummary;
  findings?: readonly Finding[];
  /** Only asked what would be said: nothing is leased, held or cached. */
  dryRun?: boolean;
  /** Given where the question may have to be asked again. */
  requestId?: string;
}

/** After that long without a word from the control plane, a revocation could have been missed. */
const CACHE_TRUST_MS = 30_000;

/**
 * Asks the control plane, or takes a still valid answer to the same read or the same model. Who wants what is being asked
 * already waits for that answer, and asks on its own where that may not serve again.
 * @throws HoldshortError `control_plane_unreachable`; a deny is an answer, not an error
 */
export async function decide(agent: AgentContext, question: Question): Promise<agentV1.DecideResponse> {
  if (question.dryRun === true) return ask(agent, question);
  if (!mayServeAgain(question.operation)) return counted(agent, await ask(agent, question), 'control_plane');
  const { decisions } = agent;
  const key = decisionKey(question.session.id, question.operation);
  let known = fromCache(agent, key);
  const underWay = decisions.underWay(key);
  if (known && !underWay && isModelCall(question.operation) && decisions.isAgeing(key)) refresh(agent, key, question);
  if (!known && underWay) {
    await underWay; // not otherwise: a moment's wait lets others in between
    known = fromCache(agent, key);
  }
  if (known) return counted(agent, known, 'cache');
  return counted(agent, await decisions.keep(key, ask(agent, question)), 'control_plane');
}

const fromCache = (agent: AgentContext, key: string): agentV1.DecideResponse | undefined =>
  mayUseCache(agent) ? agent.decisions.get(key) : undefined;

/** So that no call to a model waits while the assistant is at work. Where it fails, the call after the answer's end asks, and is told. */
function refresh(agent: AgentContext, key: string, question: Question): void {
  agent.decisions.keep(key, ask(agent, question)).catch((error: unknown) => {
    agent.logger.debug(
      { err: error, correlation_id: question.correlationId },
      'a decision could not be asked for ahead',
    );
  });
}

async function ask(agent: AgentContext, question: Question): Promise<agentV1.DecideResponse> {
  const response = await agent.tracing.run('ask for a decision', { kind: 'client' }, ({ traceparent = '' }) =>
    agent.control.decide({ ...toWire(question), traceParent: traceparent }, question.requestId),
  );
  if (response.effect === agentV1.Effect.EFFECT_UNSPECIFIED || response.effect === agentV1.Effect.UNRECOGNIZED) {
    throw new HoldshortError(
      'internal_error',
      'The control plane gave a decision that this agent does not understand.',
    );
  }
  return response;
}

function counted(
  { metrics }: AgentContext,
  response: agentV1.DecideResponse,
  from: 'control_plane' | 'cache',
): agentV1.DecideResponse {
  const { EFFECT_ALLOW, EFFECT_HOLD } = agentV1.Effect;
  metrics.decided(response.effect === EFFECT_ALLOW ? 'allow' : response.effect === EFFECT_HOLD ? 'hold' : 'deny', from);
  return response;
}

/**
 * Whether a policy forbids the call by what is known of it so far: then GitHub is not asked about its content either.
 * A policy that permits for the sake of the content is not cut short; one that forbids *unless* the content is of some
 * kind is answered on less, which can only refuse more.
 */
export async function isForbiddenAnyway(agent: AgentContext, question: Question): Promise<boolean> {
  const { effect, reasonCodes } = await decide(agent, { ...question, dryRun: true });
  return effect === agentV1.Effect.EFFECT_DENY && reasonCodes.includes('policy_forbids');
}

/** What the ref is moved to is the agent's to look at; what it brings stands in the paths. */
function targetToWire(target: Target): agentV1.Target {
  const { owner, repo, repositoryId, nodeId, ref, paths, number, account } = target;
  return agentV1.Target.fromPartial({ owner, repo, repositoryId, nodeId, ref, paths, number, account });
}

function mayUseCache({ control, settings }: AgentContext): boolean {
  return control.connected || settings.offlineReads === 'cached' || control.silentFor() < CACHE_TRUST_MS;
}

function toWire({
  session,
  operation,
  correlationId,
  digest,
  push,
  findings = [],
  dryRun = false,
}: Question): Omit<agentV1.DecideRequest, 'requestId'> {
  return {
    sessionId: session.id,
    operation: {
      surface: operation.surface,
      operationId: operation.id,
      operationClass: operation.class,
      intents: operation.intents.map(({ action, target }) => ({ action, target: targetToWire(target) })),
      method: operation.method,
      path: operation.path,
      host: operation.host,
    },
    push,
    digest: digest ?? '',
    correlationId,
    traceParent: '',
    dryRun,
    findings: findings.map(({ rule, severity, kind, path, line, excerpt, fingerprint }) => ({
      ...{ rule, severity, kind, path, line, excerpt, fingerprint },
    })),
  };
}
