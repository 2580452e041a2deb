import type { AuditEvent } from './event.js';

/** `time` is RFC 3339 in UTC, `list` an array of texts. */
export type ColumnType = 'text' | 'integer' | 'time' | 'list';

export interface EventColumn {
  name: string;
  type: ColumnType;
  of: (event: AuditEvent) => string | number | readonly string[] | undefined;
}

/**
 * An event as one flat row, for tables: CSV, Parquet, and the tables of deploy/analytics. The last column holds the whole
 * event, so that no row says less than its event. Only ever added to, before `event`.
 */
export const EVENT_COLUMNS: readonly EventColumn[] = [
  { name: 'id', type: 'text', of: ({ id }) => id },
  { name: 'time', type: 'time', of: ({ time }) => time },
  { name: 'type', type: 'text', of: ({ type }) => type },
  { name: 'phase', type: 'text', of: ({ phase }) => phase },
  { name: 'code', type: 'text', of: ({ code }) => code },
  { name: 'tenant', type: 'text', of: ({ tenant }) => tenant },
  { name: 'agent_id', type: 'text', of: ({ agent }) => agent.id },
  { name: 'chain_id', type: 'text', of: (event) => event.chain_id },
  { name: 'seq', type: 'integer', of: ({ seq }) => seq },
  { name: 'hash', type: 'text', of: ({ hash }) => hash },
  { name: 'correlation_id', type: 'text', of: (event) => event.correlation_id },
  { name: 'session_id', type: 'text', of: (event) => event.session_id },
  { name: 'human_login', type: 'text', of: ({ human }) => human?.login },
  { name: 'human_sub', type: 'text', of: ({ human }) => human?.sub },
  { name: 'assistant', type: 'text', of: ({ ai }) => ai?.tool },
  { name: 'repo', type: 'text', of: ({ target }) => target?.repo },
  { name: 'refs', type: 'list', of: refsOf },
  { name: 'surface', type: 'text', of: ({ request }) => request?.surface },
  { name: 'operation', type: 'text', of: ({ request }) => request?.operation },
  { name: 'status', type: 'integer', of: ({ response }) => response?.status },
  { name: 'decision', type: 'text', of: ({ decision }) => decision?.effect },
  { name: 'policies', type: 'list', of: ({ decision }) => decision?.rules },
  { name: 'outcome', type: 'text', of: ({ outcome }) => outcome },
  { name: 'event', type: 'text', of: (event) => JSON.stringify(event) },
];

function refsOf({ target, push }: AuditEvent): string[] | undefined {
  const refs = [...(target?.ref === undefined ? [] : [target.ref]), ...(push ?? []).map(({ ref }) => ref)];
  return refs.length === 0 ? undefined : [...new Set(refs)];
}
