import { agentV1 } from '@holdshort/contracts';
import { HoldshortError, isReasonCode, type ReasonCode } from '@holdshort/errors';
import { decide } from '../control/decide.js';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';

/** Asks what policy says. A deny ends the call; a hold goes on to await-approval. */
export async function requestDecision(exchange: Exchange, agent: AgentContext): Promise<void> {
  if (exchange.push?.commands.probe) return;
  exchange.decision = await ask(exchange, agent);
  if (exchange.decision.effect === agentV1.Effect.EFFECT_DENY) throw denied(exchange.decision);
}

export async function ask(
  exchange: Exchange,
  agent: AgentContext,
  requestId?: string,
): Promise<agentV1.DecideResponse> {
  const { session, operation, correlationId, digest, push, findings } = exchange;
  if (!session) throw new Error('request-decision stands after identify-session');
  return decide(agent, {
    session,
    operation,
    correlationId,
    ...(digest === undefined ? {} : { digest }),
    ...(push ? { push: push.summary } : {}),
    ...(requestId === undefined ? {} : { requestId }),
    ...(findings ? { findings } : {}),
  });
}

/** The refusal with the control plane's own words; the first reason code names it. */
export function denied(decision: agentV1.DecideResponse): HoldshortError {
  const code: ReasonCode = decision.reasonCodes.find(isReasonCode) ?? 'policy_forbids';
  const policies =
    decision.determiningPolicies.length > 0 ? ` (policy ${decision.determiningPolicies.join(', ')})` : '';
  return new HoldshortError(code, `${decision.message || 'Policy refuses this call.'}${policies}`);
}
