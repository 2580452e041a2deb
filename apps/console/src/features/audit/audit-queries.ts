import type { AuditEvent } from '@holdshort/audit-events';
import { useInfiniteQuery } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import { auditQueryOf, type AuditSearch } from './audit-filters.js';

const PAGE = 100;

/** Newest first. Each page that is read is on record itself, so nothing here asks by itself again. */
export const useEvents = (search: AuditSearch, order: 'asc' | 'desc' = 'desc') =>
  useInfiniteQuery({
    queryKey: ['events', order, search],
    queryFn: ({ pageParam }) =>
      api.call('GET /audit/events', {
        query: { ...auditQueryOf(search), order, limit: PAGE, ...(pageParam === '' ? {} : { after: pageParam }) },
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: Infinity,
  });

/** The command line exports without a limit, and goes on where it broke off. */
export const EXPORT_LIMIT = 50_000;

/** All events that a search finds, oldest first, as NDJSON; recorded as an export. */
export async function exportEvents(search: AuditSearch): Promise<{ text: string; events: number; more: boolean }> {
  const lines: string[] = [];
  const query = { ...auditQueryOf(search), order: 'asc', purpose: 'export', limit: 1000 } as const;
  for await (const event of api.pages('GET /audit/events', query, 'after')) {
    if (lines.length === EXPORT_LIMIT) return { text: lines.join(''), events: lines.length, more: true };
    lines.push(`${JSON.stringify(event)}\n`);
  }
  return { text: lines.join(''), events: lines.length, more: false };
}

export type { AuditEvent };
