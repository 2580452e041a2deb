import { agentV1 } from '@holdshort/contracts';
import { HoldshortError } from '@holdshort/errors';
import { isRead, type Operation } from '@holdshort/github-operations';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Session } from '../session/session-registry.js';
import { decisionKey } from './decision-cache.js';

export interface Question {
  session: Session;
  operation: Operation;
  correlationId: string;
  digest?: string;
  push?: agentV1.PushSummary;
  /** Given where the question may have to be asked again. */
  requestId?: string;
}

/** After that long without a word from the control plane, a revocation could have been missed. */
const CACHE_TRUST_MS = 30_000;

/**
 * Asks the control plane, or takes a still valid answer to the same read.
 * @throws HoldshortError `control_plane_unreachable`; a deny is an answer, not an error
 */
export async function decide(agent: AgentContext, question: Question): Promise<agentV1.DecideResponse> {
  const cacheable = isRead(question.operation);
  const key = cacheable ? decisionKey(question.session.id, question.operation) : '';
  const known = cacheable && mayUseCache(agent) ? agent.decisions.get(key) : undefined;
  if (known) return known;
  const response = await agent.control.decide(toWire(question), question.requestId);
  if (response.effect === agentV1.Effect.EFFECT_UNSPECIFIED || response.effect === agentV1.Effect.UNRECOGNIZED) {
    throw new HoldshortError(
      'internal_error',
      'The control plane gave a decision that this agent does not understand.',
    );
  }
  if (cacheable && response.effect === agentV1.Effect.EFFECT_ALLOW) agent.decisions.put(key, response);
  return response;
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
}: Question): Omit<agentV1.DecideRequest, 'requestId'> {
  return {
    sessionId: session.id,
    operation: {
      surface: operation.surface,
      operationId: operation.id,
      operationClass: operation.class,
      intents: operation.intents.map(({ action, target }) => ({ action, target: agentV1.Target.fromPartial(target) })),
      method: operation.method,
      path: operation.path,
      host: operation.host,
    },
    push,
    digest: digest ?? '',
    correlationId,
    traceParent: '',
    dryRun: false,
  };
}
