import { FREQUENT_TYPES } from '@holdshort/audit-events';
import { HoldshortError } from '@holdshort/errors';
import { hasAnyRole, type Identity } from '../auth/identity.js';

type Condition = (value: string, bind: Bind) => string;

const equals =
  (column: string): Condition =>
  (value, bind) =>
    `${column} = ${bind(value)}`;
/** The store cuts what an index could not take, and a search for all of it must find it. */
const equalsCut =
  (column: string): Condition =>
  (value, bind) =>
    `${column} = ${bind(value.slice(0, INDEXED_UNITS))}`;
/** In the form that the store's GIN indexes answer. */
const contains =
  (column: string): Condition =>
  (value, bind) =>
    `${column} @> ARRAY[${bind(value.slice(0, INDEXED_UNITS))}]::text[]`;
/** Written out where it is one of these: a plan that is kept uses an index of some rows only where the text proves it. */
const equalsOneOf =
  (column: string, known: readonly string[]): Condition =>
  (value, bind) =>
    known.includes(value) ? `${column} = '${value}'` : `${column} = ${bind(value)}`;

/** As the ingest's search-columns. */
const INDEXED_UNITS = 400;

/** What a type looks like, and what is safe to be written into a statement. */
export const EVENT_TYPE = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/;

/** What a search may be narrowed by; each gets a placeholder, so that no text of a caller becomes SQL. */
export const FILTERS = {
  session_id: equals('session_id'),
  repo: equalsCut('repo'),
  ref: equalsCut('ref'),
  decision: equalsOneOf('decision', ['allow', 'deny', 'hold']),
  type: equals('type'),
  human: equals('human_login'),
  assistant: equals('assistant'),
  correlation_id: equals('correlation_id'),
  commit: contains('commits'),
  path: contains('paths'),
  policy: contains('policies'),
  text: (value, bind) => `strpos(lower(event::text), lower(${bind(value)})) > 0`,
} as const satisfies Record<string, Condition>;

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

type Bind = (value: unknown) => string;

/** Rows of a statement: few sizes, as each is a statement of its own to PostgreSQL, and one more than the page has. */
export const rowsFor = (limit: number): number => [101, 501].find((size) => size > limit) ?? 1001;

/** Events that a window reads: about 10 ms of a core, with a text to be looked for in each about 30 ms. */
export const WINDOW = 5000;

const READ_ALONE: readonly FilterName[] = ['session_id', 'correlation_id'];
const IN_LISTS: readonly FilterName[] = ['commit', 'path', 'policy'];

/**
 * - `ordered`: an index gives the events in their order, and reading ends when the page is full.
 * - `gathered`: all that match, then their order; for what few events have.
 * - `window`: the next events by place, most of which may match or none.
 */
export type Form = 'ordered' | 'gathered' | 'window';

/** The forms to try until a page is full, and whether windows follow one another. */
export function formsOf(search: AuditSearch): Form[] {
  const { filters } = search;
  const has = (names: readonly FilterName[]): boolean => names.some((name) => filters[name] !== undefined);
  if (has(READ_ALONE)) return ['ordered'];
  if (!has([...IN_LISTS, 'text'])) return isLedByFrequentType(search) ? ['window'] : ['ordered'];
  if (has(['commit'])) return ['gathered'];
  return has(IN_LISTS) ? ['window', 'gathered'] : ['window'];
}

/** Ingest order, not time: events that arrive late still come after what was seen before. */
export function auditStatement(caller: Identity, search: AuditSearch, form: Form): Statement {
  requireNarrowText(search);
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${String(values.push(value))}`;
  const direction = search.order === 'desc' ? 'DESC' : 'ASC';
  const order = `ORDER BY position ${direction}`;
  const isByPlace = isLedByFrequentType(search);
  const judged = form === 'window' ? [...IN_LISTS, 'text' as const, ...(isByPlace ? ['type' as const] : [])] : [];
  const lead = form === 'gathered' || isByPlace ? undefined : leadOf(search);
  const within = [
    ...filterConditions(search, bind, (name) => name !== lead && !judged.includes(name)),
    ...(lead === undefined ? placeConditions(search, bind) : leadConditions(search, lead, bind)),
    ...timeConditions(search, bind),
    ...ownConditions(caller, bind),
  ];
  const where = within.length > 0 ? `WHERE ${within.join(' AND ')}` : '';
  const limit = `LIMIT ${rowsFor(search.limit)}`;
  const ordered = lead === undefined ? order : `ORDER BY ${LEADS[lead]} ${direction}, position ${direction}`;
  if (form === 'window') {
    const hit = filterConditions(search, bind, (name) => judged.includes(name)).join(' AND ');
    return { sql: `${windowOf({ where, order: ordered, hit })} ${limit}`, values };
  }
  const found = `SELECT position, event FROM audit.events ${where}`;
  // Materialized: else the order would tempt the planner to walk all events for those few.
  const gathered = `WITH found AS MATERIALIZED (${found}) SELECT position, event FROM found`;
  return { sql: form === 'gathered' ? `${gathered} ${order} ${limit}` : `${found} ${ordered} ${limit}`, values };
}

/**
 * The order is named at each level: only so reading ends when the page is full. The last event comes even where it is no
 * hit, without its content: that place is where the next window begins.
 */
const windowOf = ({ where, order, hit }: { where: string; order: string; hit: string }): string =>
  `SELECT position, CASE WHEN hit THEN event END AS event, last FROM (
     SELECT position, event, repo, human_login, assistant, type, ${hit} AS hit, row_number() OVER () = ${WINDOW} AS last FROM (
       SELECT position, event, repo, human_login, assistant, type, paths, policies FROM audit.events
       ${where} ${order} LIMIT ${WINDOW}) AS scanned ${order}) AS judged
   WHERE hit OR last ${order}`;

const filterConditions = ({ filters }: AuditSearch, bind: Bind, takes: (name: FilterName) => boolean): string[] =>
  (Object.keys(FILTERS) as FilterName[]).filter(takes).flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [FILTERS[name](value, bind)];
  });

function timeConditions({ since, until }: AuditSearch, bind: Bind): string[] {
  return [
    ...(since === undefined ? [] : [`occurred_at >= ${bind(since)}`]),
    ...(until === undefined ? [] : [`occurred_at < ${bind(until)}`]),
  ];
}

function placeConditions({ after, order }: AuditSearch, bind: Bind): string[] {
  return after === undefined ? [] : [`position ${order === 'desc' ? '<' : '>'} ${bind(readPosition(after))}`];
}

/** Filters by which an index has the events in their order; of several the first leads. */
const LEADS = { repo: 'repo', human: 'human_login', assistant: 'assistant', type: 'type' } as const;

/** A ref has an index of its own, with its repository; refusals have one; session and call are few by themselves. */
const leadOf = ({ filters }: AuditSearch): keyof typeof LEADS | undefined =>
  (['session_id', 'correlation_id', 'ref', 'commit'] as const).some((name) => filters[name] !== undefined) ||
  (filters.decision !== undefined && filters.decision !== 'allow')
    ? undefined
    : (Object.keys(LEADS) as (keyof typeof LEADS)[]).find((name) => filters[name] !== undefined);

/** No index has these, and many of the next events are of them. */
const isLedByFrequentType = (search: AuditSearch): boolean =>
  leadOf(search) === 'type' && FREQUENT_TYPES.includes(search.filters.type ?? '');

/**
 * Equality, written as a range that has one value. A kept plan does not know the value: for one of a few assistants the
 * planner would expect every other event to match and walk all of them by place, which for a rare one is the whole
 * store. Ordered by the column as well, only the index that begins with it has the order. A type is written out: only so
 * is it known to be one that the index of types has.
 */
function leadConditions(search: AuditSearch, lead: keyof typeof LEADS, bind: Bind): string[] {
  const column = LEADS[lead];
  const wanted = search.filters[lead]?.slice(0, INDEXED_UNITS) ?? '';
  const value = lead === 'type' && EVENT_TYPE.test(wanted) ? `'${wanted}'` : `${bind(wanted)}::text`;
  const [from, to] = search.order === 'desc' ? ['<', '>='] : ['>', '<='];
  const place =
    search.after === undefined
      ? `${column} ${from}= ${value}`
      : `(${column}, position) ${from} (${value}, ${bind(readPosition(search.after))}::bigint)`;
  return [place, `${column} ${to} ${value}`];
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
