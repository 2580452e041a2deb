import { HoldshortError } from '@holdshort/errors';
import { outcomeDraft } from '../audit/call-events.js';
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
  agent.attestor.attest(await recorded);
}
