import { Injectable } from '@nestjs/common';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import type { Page } from '../page.js';
import { auditStatement, seesOwnOnly, writePosition, type AuditSearch } from './audit-query.js';
import { AuditStore } from './audit-store.js';
import { trailStatement } from './trail-query.js';

/** Why the trail is read, and in which call. */
export interface AuditRead {
  purpose: 'search' | 'export';
  correlationId: string;
}

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
    const { sql, values } = auditStatement(caller, search);
    await this.record(caller, search, read);
    return pageOf(await this.store.read<Row<'event'>>(sql, values), 'event', search.limit);
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
