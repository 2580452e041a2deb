import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { recordAttempt } from './record-attempt.js';

/**
 * Model calls and telemetry change nothing on GitHub and have one event, written at their end; it must be sure to find
 * room. A coding agent's job on the same hosts is a write like any other.
 */
export function requireTrail(exchange: Exchange, agent: AgentContext): Promise<void> {
  if (!isSingle(exchange)) return recordAttempt(exchange, agent);
  if (agent.trail.isWritable()) return Promise.resolve();
  throw new HoldshortError(
    'audit_unavailable',
    'The audit trail cannot take another record, so nothing is forwarded.',
    {
      advice: 'Tell the platform team: the spool of this agent is full or its disk failed.',
    },
  );
}

const isSingle = ({ operation }: Exchange): boolean =>
  operation.intents.every(({ action }) => action === 'model.call' || action === 'telemetry.send');
