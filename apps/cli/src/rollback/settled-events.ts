import { setTimeout as delay } from 'node:timers/promises';
import type { AuditEvent } from '@holdshort/audit-events';
import { HoldshortError } from '@holdshort/errors';
import type { CliContext } from '../cli-context.js';
import { MAX_EVENTS, sessionEvents } from '../timeline/session-events.js';

/** What an agent records is stored within a second or two, unless the way there is broken. */
const WAIT_MS = 10_000;
const AGAIN_MS = 300;
const AGENT_TIMEOUT_MS = 2_000;

/**
 * The events of a session that has ended, once no more of them are under way: the local agent has delivered its records,
 * each attempt has its outcome, and two reads give the same. After ten seconds what is there, and it is said.
 * @throws HoldshortError `request_too_large` for a session whose events are more than are read
 */
export async function settledEvents(context: CliContext, id: string): Promise<AuditEvent[]> {
  const deadline = Date.now() + WAIT_MS;
  for (let before = -1; ;) {
    const events = await sessionEvents(context, id);
    if (events.length >= MAX_EVENTS)
      throw new HoldshortError('request_too_large', `Session ${id} has ${String(MAX_EVENTS)} events or more.`, {
        advice: 'What it did is too much for one plan; undo it by hand, by `holdshort session show --timeline`.',
      });
    const waits = (await undelivered(context.stack.agentAdmin)) > 0 || hasOpenAttempt(events);
    if (!waits && events.length === before) return events;
    if (Date.now() > deadline) {
      if (waits) context.terminal.err('Records of this workspace are still on their way: the plan may lack some.');
      return events;
    }
    before = events.length;
    await delay(AGAIN_MS);
  }
}

function hasOpenAttempt(events: readonly AuditEvent[]): boolean {
  const concluded = new Set(events.filter(({ phase }) => phase === 'outcome').map((event) => event.correlation_id));
  return events.some(({ phase, correlation_id }) => phase === 'attempt' && !concluded.has(correlation_id));
}

/** Records that the local agent has on disk only; 0 where it does not say. */
async function undelivered(admin: string): Promise<number> {
  try {
    const answer = await fetch(new URL('/readyz', admin), { signal: AbortSignal.timeout(AGENT_TIMEOUT_MS) });
    const { audit } = (await answer.json()) as { audit?: { pending?: number } };
    return audit?.pending ?? 0;
  } catch {
    return 0; // without it no session can be opened either, which says what is wrong
  }
}
