import { HoldshortError } from '@holdshort/errors';
import type { EventEffect } from '@holdshort/audit-events';
import { outcomeDraft } from '../audit/call-events.js';
import { effectsIn } from '../effects/effects-in.js';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';

/**
 * The last record of every call, whichever step it ended in. A write whose attempt could not be recorded was not
 * forwarded, and has nothing to conclude.
 */
export async function recordOutcome(exchange: Exchange, agent: AgentContext): Promise<void> {
  if (exchange.push?.commands.probe && !exchange.error) return;
  if (exchange.attempt) {
    try {
      await exchange.attempt;
    } catch (cause) {
      exchange.error ??= new HoldshortError('audit_unavailable', 'The attempt could not be recorded.', { cause });
      return;
    }
  }
  exchange.effects = await readEffects(exchange, agent);
  const recorded = agent.trail.record(outcomeDraft(exchange, await exchange.process));
  if (exchange.operation.class === 'read' && agent.settings.auditReads === 'batched') {
    recorded.catch((error: unknown) => {
      agent.logger.error(
        { err: error, correlation_id: exchange.correlationId },
        'a batched read could not be recorded',
      );
    });
    return;
  }
  agent.attestor.attest((await recorded).event);
}

/** The outcome is recorded without them rather than not at all. */
async function readEffects(exchange: Exchange, agent: AgentContext): Promise<EventEffect[] | undefined> {
  try {
    return await effectsIn(exchange);
  } catch (error) {
    agent.logger.error({ err: error, correlation_id: exchange.correlationId }, 'what a call did could not be read');
    return undefined;
  }
}
