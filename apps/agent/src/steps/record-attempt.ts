import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { attemptDraft } from '../audit/call-events.js';

/**
 * Puts what is about to be tried on disk. It is begun here and awaited before anything is forwarded
 * (attach-credential), so that the fsync and the round trip of the decision overlap. Reads have one event, at the end.
 */
export function recordAttempt(exchange: Exchange, agent: AgentContext): Promise<void> {
  if (exchange.push?.commands.probe || exchange.operation.class === 'read') {
    if (!agent.trail.isWritable()) throw unwritable();
    return Promise.resolve();
  }
  // who calls is still there: it waits for the answer
  exchange.process = agent.evidence.chainOf(exchange.request.socket);
  exchange.attempt = agent.trail.record(attemptDraft(exchange));
  exchange.attempt.catch(() => undefined); // awaited, with its error, by attach-credential
  return Promise.resolve();
}

const unwritable = (): HoldshortError =>
  new HoldshortError('audit_unavailable', 'The audit trail cannot take another record, so nothing is forwarded.', {
    advice: 'Tell the platform team: the spool of this agent is full or its disk failed.',
  });
