import { AGENT_EVENTS } from './catalogue/agent-events.js';
import { APPROVAL_EVENTS } from './catalogue/approval-events.js';
import { AUTH_EVENTS } from './catalogue/auth-events.js';
import { CALL_EVENTS } from './catalogue/call-events.js';
import type { CatalogueEntry } from './catalogue/entry.js';
import { EVIDENCE_EVENTS } from './catalogue/evidence-events.js';
import { GITHUB_LINK_EVENTS } from './catalogue/github-link-events.js';
import { PROMPT_EVENTS } from './catalogue/prompt-events.js';
import { RULE_EVENTS } from './catalogue/rule-events.js';
import { TRAIL_EVENTS } from './catalogue/trail-events.js';
import type { EventFields, EventPhase } from './event.js';
import type { AnyField, ValueOf } from './schema/field.js';

export type { CatalogueEntry } from './catalogue/entry.js';

/** Every type of event. Closed and additive-only: no type, code or field is renamed, removed or narrowed. */
const ENTRIES = {
  ...AGENT_EVENTS,
  ...CALL_EVENTS,
  ...AUTH_EVENTS,
  ...APPROVAL_EVENTS,
  ...EVIDENCE_EVENTS,
  ...GITHUB_LINK_EVENTS,
  ...PROMPT_EVENTS,
  ...RULE_EVENTS,
  ...TRAIL_EVENTS,
};

type Entries = typeof ENTRIES;

export type EventType = keyof Entries;

const byCode = ([, a]: [string, CatalogueEntry], [, b]: [string, CatalogueEntry]): number => (a.code < b.code ? -1 : 1);

/** In the order of their codes. */
export const EVENT_CATALOGUE: Readonly<Record<EventType, CatalogueEntry>> = Object.fromEntries(
  Object.entries<CatalogueEntry>(ENTRIES).sort(byCode),
) as Record<EventType, CatalogueEntry>;

/** In the order of their codes. */
export const EVENT_TYPE_NAMES = Object.keys(EVENT_CATALOGUE) as EventType[];

/** Of each call or nearly so: most events are of these, and the store's index of types leaves them out. */
export const FREQUENT_TYPES: readonly string[] = [
  'call.read',
  'call.write',
  'lease.issued',
  'model.exchange',
] satisfies EventType[];

/** type -> code. */
export const EVENT_TYPES: Readonly<Record<EventType, string>> = Object.fromEntries(
  Object.entries(EVENT_CATALOGUE).map(([type, { code }]) => [type, code]),
) as Record<EventType, string>;

type RequiredOf<E, P> = E extends { required: readonly (infer N)[] }
  ? N | (P extends 'outcome' ? (E extends { requiredInOutcome: readonly (infer O)[] } ? O : never) : never)
  : never;

type DetailOf<D extends Readonly<Record<string, AnyField>>> = keyof D extends never
  ? unknown
  : AlwaysIn<D> extends never
    ? { detail?: ValueOf<D> }
    : { detail: ValueOf<D> };

type AlwaysIn<D extends Readonly<Record<string, AnyField>>> = {
  [K in keyof D]: D[K]['optional'] extends true ? never : K;
}[keyof D];

/** What an emitter says of an event of one of the types: one shape for each type and phase. */
export type DraftOf<T extends EventType> = T extends EventType ? DraftIn<T, Entries[T]['phases'][number]> : never;

type DraftIn<T extends EventType, P> = P extends EventPhase
  ? { type: T; phase: P; correlation_id: string; time?: string } & {
      [N in RequiredOf<Entries[T], P> & keyof EventFields]: NonNullable<EventFields[N]>;
    } & { [N in Entries[T]['optional'][number]]?: EventFields[N] } & DetailOf<Entries[T]['detail']>
  : never;
