/** What the trail is narrowed by: each stands in the address of the view, so that a search can be sent to somebody. */
export const FILTERS = [
  'human',
  'assistant',
  'repo',
  'ref',
  'type',
  'decision',
  'session_id',
  'commit',
  'path',
  'policy',
  'correlation_id',
  'text',
  'since',
  'until',
] as const;

export type FilterName = (typeof FILTERS)[number];
export type AuditSearch = Partial<Record<FilterName, string>>;

const DECISIONS = ['allow', 'deny', 'hold'] as const;
type Decision = (typeof DECISIONS)[number];

/** The search of an address; what is not one of ours is left out. Routers read "12" as a number. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  return Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = search[name];
      const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
      return text === '' ? [] : [[name, text]];
    }),
  );
}

const decisionOf = (text: string | undefined): Decision | undefined => DECISIONS.find((known) => known === text);

/** The same as the API takes it. */
export function auditQueryOf({ decision, ...search }: AuditSearch) {
  return { ...search, decision: decisionOf(decision) };
}
