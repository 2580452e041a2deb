import { toHoldshortError } from '@holdshort/errors';
import type { agentV1 } from '@holdshort/contracts';
import { scanners } from '../content/load-scanners.js';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';

/**
 * Tells the control plane what people should see of a held call, while the call waits. It stands beside the hold: where
 * it fails, the hold goes on, and people see paths and findings only.
 */
export async function showHeld(
  exchange: Exchange,
  agent: AgentContext,
  hold: agentV1.Hold,
  over: AbortSignal,
): Promise<void> {
  try {
    const { describeHeld } = await scanners();
    const held = await describeHeld(exchange, agent, over);
    if (over.aborted) return;
    await agent.control.showHeld({ approvalId: hold.approvalId, digest: exchange.digest ?? '', ...held });
  } catch (thrown) {
    if (over.aborted) return;
    const error = toHoldshortError(thrown);
    agent.logger.warn(
      { err: error, approval_id: hold.approvalId, correlation_id: exchange.correlationId },
      'what a held call would write could not be shown',
    );
  }
}
