import type { AuditEvent } from '@holdshort/audit-events';
import type { CliContext } from '../cli-context.js';

const PAGE = 500;
/** Longer sessions are shown up to here, and it is said. */
export const MAX_EVENTS = 20_000;

/** All events of a session, in the order in which they were stored. */
export async function sessionEvents(context: CliContext, id: string): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  const query = { session_id: id, limit: PAGE };
  for await (const event of context.client().pages('GET /audit/events', query, 'after')) {
    events.push(event);
    if (events.length >= MAX_EVENTS) break;
  }
  return events;
}

/** Ids of the sessions whose calls name the commit. @param sha the whole id */
export async function sessionsOfCommit(context: CliContext, sha: string): Promise<string[]> {
  const sessions = new Set<string>();
  const query = { commit: sha, limit: PAGE };
  for await (const event of context.client().pages('GET /audit/events', query, 'after')) {
    if (event.session_id !== undefined) sessions.add(event.session_id);
  }
  return [...sessions];
}
