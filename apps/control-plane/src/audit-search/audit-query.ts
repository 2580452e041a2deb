import { HoldshortError } from '@holdshort/errors';
import { hasAnyRole, type Identity } from '../auth/identity.js';

const equals =
  (column: string) =>
  (value: string): string =>
    `${column} = ${value}`;
/** In the form that the store's GIN indexes answer. */
const contains =
  (column: string) =>
  (value: string): string =>
    `${column} @> ARRAY[${value}]::text[]`;

/** What a search may be narrowed by; each gets a placeholder, so that no text of a caller becomes SQL. */
export const FILTERS = {
  session_id: equals('session_id'),
  repo: equals('repo'),
  ref: equals('ref'),
  decision: equals('decision'),
  type: equals('type'),
  human: equals('human_login'),
  assistant: equals('assistant'),
  correlation_id: equals('correlation_id'),
  commit: contains('commits'),
  path: contains('paths'),
  policy: contains('policies'),
  text: (value: string) => `strpos(lower(event::text), lower(${value})) > 0`,
} as const satisfies Record<string, (value: string) => string>;

export type FilterName = keyof typeof FILTERS;

/** Free text is looked for in each event that the other filters leave: so many days are read in seconds, no more. */
const TEXT_DAYS = 7;
/** Each of these leaves few enough by itself. */
const NARROWING: readonly FilterName[] = ['session_id', 'repo', 'human', 'correlation_id', 'commit', 'path'];

export interface AuditSearch {
  filters: Partial<Record<FilterName, string>>;
  /** Events that occurred at or after this. */
  since: Date | undefined;
  /** Events that occurred before this. */
  until: Date | undefined;
  /** Opaque place from a page before. */
  after: string | undefined;
  order: 'asc' | 'desc';
  limit: number;
}

export interface Statement {
  sql: string;
  values: unknown[];
}

function requireNarrowText({ filters, since, until }: AuditSearch): void {
  if (filters.text === undefined || NARROWING.some((name) => filters[name] !== undefined)) return;
  const end = until?.getTime() ?? Date.now();
  if (since && end - since.getTime() <= TEXT_DAYS * 86_400_000) return;
  throw new HoldshortError('request_malformed', 'A search for text alone would read the whole trail.', {
    advice: `Name at most ${TEXT_DAYS} days by since and until, or one of ${NARROWING.join(', ')}.`,
  });
}

/** Ingest order, not time: events that arrive late still come after what was seen before. */
export function auditStatement(caller: Identity, search: AuditSearch): Statement {
  requireNarrowText(search);
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
  const named = (Object.keys(FILTERS) as FilterName[]).flatMap((name) => {
    const value = search.filters[name];
    return value === undefined ? [] : [FILTERS[name](bind(value))];
  });
  const since = search.since === undefined ? [] : [`occurred_at >= ${bind(search.since)}`];
  const until = search.until === undefined ? [] : [`occurred_at < ${bind(search.until)}`];
  const after =
    search.after === undefined
      ? []
      : [`position ${search.order === 'desc' ? '<' : '>'} ${bind(readPosition(search.after))}`];
  return [...named, ...since, ...until, ...after];
}

/** Engineers see the events that name themselves: their sessions and their sign-ins. */
export const seesOwnOnly = (caller: Identity): boolean => !hasAnyRole(caller, 'admin', 'approver', 'auditor');

/** Narrows a search to what the caller may see. */
export function ownConditions(caller: Identity, bind: Bind): string[] {
  if (!seesOwnOnly(caller)) return [];
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
