import { HoldshortError } from '@holdshort/errors';
import { hasAnyRole, type Identity } from '../auth/identity.js';

/** What a search may be narrowed by; each is a column, so that no text of a caller becomes SQL. */
export const FILTER_COLUMNS = {
  session_id: 'session_id',
  repo: 'repo',
  ref: 'ref',
  decision: 'decision',
  type: 'type',
  human: 'human_login',
  correlation_id: 'correlation_id',
} as const;

export type FilterName = keyof typeof FILTER_COLUMNS;

export interface AuditSearch {
  filters: Partial<Record<FilterName, string>>;
  /** Events that occurred at or after this. */
  since: Date | undefined;
  /** Opaque place from a page before. */
  after: string | undefined;
  order: 'asc' | 'desc';
  limit: number;
}

export interface Statement {
  sql: string;
  values: unknown[];
}

/** Ingest order, not time: events that arrive late still come after what was seen before. */
export function auditStatement(caller: Identity, search: AuditSearch): Statement {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${String(values.push(value))}`;
  const conditions = [...filterConditions(search, bind), ...ownConditions(caller, bind)];
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const order = search.order === 'desc' ? 'DESC' : 'ASC';
  return {
    sql: `SELECT position, event FROM audit.events ${where} ORDER BY position ${order} LIMIT ${bind(search.limit + 1)}`,
    values,
  };
}

type Bind = (value: unknown) => string;

function filterConditions(search: AuditSearch, bind: Bind): string[] {
  const named = (Object.keys(FILTER_COLUMNS) as FilterName[]).flatMap((name) => {
    const value = search.filters[name];
    return value === undefined ? [] : [`${FILTER_COLUMNS[name]} = ${bind(value)}`];
  });
  const since = search.since === undefined ? [] : [`occurred_at >= ${bind(search.since)}`];
  const after =
    search.after === undefined
      ? []
      : [`position ${search.order === 'desc' ? '<' : '>'} ${bind(readPosition(search.after))}`];
  return [...named, ...since, ...after];
}

/** Engineers see the events that name themselves: their sessions and their sign-ins. */
function ownConditions(caller: Identity, bind: Bind): string[] {
  if (hasAnyRole(caller, 'admin', 'approver', 'auditor')) return [];
  return [
    `human_login = ${bind(caller.login)}`,
    `event->'human'->>'sub' = ${bind(caller.sub)}`,
    `event->'human'->>'idp' = ${bind(caller.idp)}`,
  ];
}

export const writePosition = (position: string): string => Buffer.from(`p${position}`).toString('base64url');

/** @throws HoldshortError `request_malformed` for a place that did not come from here */
export function readPosition(after: string): string {
  const text = /^p([0-9]{1,19})$/.exec(Buffer.from(after, 'base64url').toString('latin1'))?.[1];
  if (text === undefined) throw new HoldshortError('request_malformed', '`after` cannot be read.');
  return text;
}
