import { Injectable } from '@nestjs/common';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import type { Page } from '../page.js';
import {
  auditStatement,
  formsOf,
  seesOwnOnly,
  writePosition,
  type AuditSearch,
  type Statement,
} from './audit-query.js';
import { AuditStore } from './audit-store.js';
import { trailStatement } from './trail-query.js';

/** Why the trail is read, and in which call. */
export interface AuditRead {
  purpose: 'search' | 'export';
  correlationId: string;
}

/** How long a search goes on for a text that few events have; a caller comes again for the rest. */
const WINDOWS_MS = 250;
/** Few enough that what else the process does is not kept waiting: a check takes about 0.1 ms for each. */
const CHECK_PAGE = 100;

/** Reads the audit store; nothing is written there. */
@Injectable()
export class AuditSearchService {
  constructor(
    private readonly store: AuditStore,
    private readonly audit: ControlPlaneAudit,
  ) {}

  /** One event for each read, durable before anything is shown. @throws HoldshortError `audit_unavailable` */
  async search(caller: Identity, search: AuditSearch, read: AuditRead): Promise<Page<unknown>> {
    const [form = 'ordered', ...others] = formsOf(search);
    // Made before the record, for its refusals.
    const statement = auditStatement(caller, search, form);
    await this.record(caller, search, read);
    if (form !== 'window') return pageOf(await this.find(statement), 'event', search.limit);
    const found = await this.searchWindow(statement, search.limit);
    if (found.complete) return found.page;
    const [next] = others;
    if (next === undefined) return this.searchOn(caller, search, found.page);
    return pageOf(await this.find(auditStatement(caller, search, next)), 'event', search.limit);
  }

  private find({ sql, values }: Statement): Promise<Row<'event'>[]> {
    return this.store.read<Row<'event'>>(sql, values);
  }

  /** The page is complete where it is full, or nothing comes after the window. */
  private async searchWindow(statement: Statement, limit: number): Promise<{ page: Page<unknown>; complete: boolean }> {
    const rows = (await this.find(statement)) as (Row<'event'> & { last: boolean })[];
    const page = pageOf(
      rows.filter(({ event }) => event !== null),
      'event',
      limit,
    );
    const end = page.next === null ? rows.find(({ last }) => last) : undefined;
    return end ? { page: { ...page, next: writePosition(end.position) }, complete: false } : { page, complete: true };
  }

  /** Window after window until the page is full; after a while what was found is shown, and `next` goes on. */
  private async searchOn(caller: Identity, search: AuditSearch, first: Page<unknown>): Promise<Page<unknown>> {
    const deadline = performance.now() + WINDOWS_MS;
    let { items, next } = first;
    while (next !== null && performance.now() < deadline) {
      const rest = { ...search, after: next, limit: search.limit - items.length };
      if (rest.limit === 0) break;
      const { page } = await this.searchWindow(auditStatement(caller, rest, 'window'), rest.limit);
      items = [...items, ...page.items];
      next = page.next;
    }
    return { items, next };
  }

  /** All events, and the checkpoints of their chains, in the order in which they came. */
  async trail(
    caller: Identity,
    query: Parameters<typeof trailStatement>[0],
    correlationId: string,
  ): Promise<Page<unknown>> {
    const { sql, values } = trailStatement(query);
    await this.record(
      caller,
      { filters: {}, until: undefined, order: 'asc', ...query },
      { purpose: 'export', correlationId },
    );
    return pageOf(await this.store.read<Row<'record'>>(sql, values), 'record', query.limit);
  }

  /** All records since a time, page after page, for a check whose verdict alone is told. One event, before it begins. */
  async *records(caller: Identity, since: Date, correlationId: string): AsyncGenerator<unknown, void, undefined> {
    const limit = CHECK_PAGE;
    await this.record(
      caller,
      { filters: {}, since, until: undefined, after: undefined, order: 'asc', limit },
      { purpose: 'search', correlationId },
    );
    for (let after: string | undefined; ;) {
      const { sql, values } = trailStatement({ after, since, limit });
      const page = pageOf(await this.store.read<Row<'record'>>(sql, values), 'record', limit);
      yield* page.items;
      if (page.next === null) return;
      after = page.next;
    }
  }

  private record(human: Identity, search: AuditSearch, { purpose, correlationId }: AuditRead): Promise<void> {
    const { filters, since, until, after, order, limit } = search;
    const times = {
      ...(since ? { since: since.toISOString() } : {}),
      ...(until ? { until: until.toISOString() } : {}),
    };
    const query = new URLSearchParams({ ...filters, ...times });
    return this.audit.record({
      type: purpose === 'export' ? 'audit.exported' : 'audit.read',
      correlation_id: correlationId,
      human,
      outcome: 'success',
      detail: {
        filters: query.toString(),
        order,
        limit,
        ...(after === undefined ? {} : { after }),
        own_only: seesOwnOnly(human),
      },
    });
  }
}

type Row<Column extends string> = { position: string } & Record<Column, unknown>;

/** Of rows of which one more than the page takes was asked for. */
function pageOf<Column extends string>(rows: readonly Row<Column>[], column: Column, limit: number): Page<unknown> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => row[column]),
    next: rows.length > limit && last ? writePosition(last.position) : null,
  };
}
