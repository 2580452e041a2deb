import { setTimeout as delay } from 'node:timers/promises';
import type { TypedDraft } from '@holdshort/audit-events';
import type { AgentContext } from '../exchange/agent-context.js';

/** About as often as the spool itself tries a disk that failed. */
const RETRY_MS = 1000;

/**
 * The outcome of a write whose attempt is on disk, while the disk takes no more: it is tried until it is recorded. One entry
 * per call that was under way, since no other write passes meanwhile. What the end of the process leaves is found out by the
 * next boot, which asks GitHub.
 */
export async function recordWhenPossible(agent: AgentContext, draft: TypedDraft): Promise<void> {
  const owed = { ...draft, time: new Date().toISOString() };
  for (;;) {
    await delay(RETRY_MS, undefined, { ref: false });
    try {
      await agent.trail.record(owed);
      agent.logger.info({ correlation_id: draft.correlation_id }, 'an outcome was recorded late');
      return;
    } catch {
      // said when it failed first; the state of the spool says so until it works again
    }
  }
}
