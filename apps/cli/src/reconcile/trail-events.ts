import type { ApiClient } from '@holdshort/api-client';
import type { AuditEvent } from '@holdshort/audit-events';
import { fileItems } from '../verify/file-source.js';
import { TRAIL_TYPES } from './trail-record.js';

/** The most that the API gives at once. */
const PAGE = 1000;

/** Tokens of people live for eight hours at GitHub, leases for one at most: what was issued before cannot be in use. */
const TOKEN_LIFE_MS = 9 * 3_600_000;
/** A push may be held, and its outcome recorded, that long after GitHub took it. */
const LATE_MS = 3_600_000;

const iso = (ms: number): string => new Date(ms).toISOString();

/** Events of the store that the join needs, a type after the other. */
export async function* storedEvents(client: ApiClient, from: number, to: number): AsyncGenerator<AuditEvent> {
  for (const type of TRAIL_TYPES) {
    const query = { type, since: iso(from - TOKEN_LIFE_MS), until: iso(to + LATE_MS), limit: PAGE };
    yield* client.pages('GET /audit/events', query, 'after');
  }
}

/** Events of an archive or an export. */
export async function* eventsOfFile(file: string): AsyncGenerator<AuditEvent> {
  for await (const item of fileItems(file, process.stdin)) if ('event' in item) yield item.event;
}
