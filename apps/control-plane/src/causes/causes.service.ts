import { Injectable } from '@nestjs/common';
import { attribute, factsOfEvents, type AttributionGraph } from '@holdshort/attribution';
import type { AuditEvent } from '@holdshort/audit-events';
import type { FilterName } from '../audit-search/audit-query.js';
import { AuditSearchService } from '../audit-search/audit-search.service.js';
import type { Identity } from '../auth/identity.js';
import { commitCauses, sessionCauses } from './cause-view.js';

const PAGE = 1000;
/** Of one question; about 50 ms of work. Longer sessions are told of up to here, and it is said. */
const MOST_EVENTS = 5000;

interface Found {
  events: AuditEvent[];
  cut: boolean;
}

/**
 * From prompts to commits and back, worked out from the trail as the caller may see it. The texts of prompts are
 * elsewhere, for auditors.
 */
@Injectable()
export class CausesService {
  constructor(private readonly searches: AuditSearchService) {}

  /** @throws HoldshortError `audit_unavailable` */
  async ofSession(caller: Identity, id: string, correlationId: string) {
    const { events, cut } = await this.events(caller, { session_id: id }, correlationId);
    return { session_id: id, cut, ...sessionCauses(graphOf(events)) };
  }

  /** @throws HoldshortError `audit_unavailable` */
  async ofCommit(caller: Identity, sha: string, correlationId: string) {
    const named = await this.events(caller, { commit: sha }, correlationId);
    const sessions = [...new Set(named.events.flatMap(({ session_id: id }) => (id === undefined ? [] : [id])))];
    const all: Found = { events: [], cut: named.cut };
    for (const id of sessions) {
      if (all.events.length >= MOST_EVENTS) all.cut = true;
      if (all.cut) break;
      const { events, cut } = await this.events(caller, { session_id: id }, correlationId);
      all.events.push(...events);
      all.cut = cut;
    }
    return { commit: sha, sessions, cut: all.cut, ...commitCauses(graphOf(all.events), sha) };
  }

  /** In the order in which they were stored; each page is on record. */
  private async events(
    caller: Identity,
    filters: Partial<Record<FilterName, string>>,
    correlationId: string,
  ): Promise<Found> {
    const events: AuditEvent[] = [];
    let after: string | undefined;
    do {
      const search = { filters, since: undefined, until: undefined, after, order: 'asc' as const, limit: PAGE };
      const page = await this.searches.search(caller, search, { purpose: 'search', correlationId });
      events.push(...(page.items as AuditEvent[]));
      after = page.next ?? undefined;
    } while (after !== undefined && events.length < MOST_EVENTS);
    return { events, cut: after !== undefined };
  }
}

const graphOf = (events: readonly AuditEvent[]): AttributionGraph => attribute(factsOfEvents([...events]));
