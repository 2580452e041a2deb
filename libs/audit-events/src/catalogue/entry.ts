import type { EventDetail, EventFields, EventPhase } from '../event.js';
import type { OcsfKind } from '../ocsf/ocsf-kind.js';
import type { AnyField } from '../schema/field.js';

/** What an event of one type is: the one place from which its type, schema, OCSF form and documentation come. */
export interface CatalogueEntry {
  /** Never renamed or reused. */
  code: `HS-${number}`;
  /** What happened, for a table of events. */
  title: string;
  /** The moment it is emitted. */
  when: string;
  emitter: 'agent' | 'control-plane' | 'any';
  phases: readonly EventPhase[];
  /** How a reader should take it; `notice` is worth a look, `warning` worth an alert. */
  level: 'info' | 'notice' | 'warning';
  /** What it is for a SIEM. */
  ocsf: OcsfKind;
  /** Fields of `EventFields` that each event of the type has, in every phase. */
  required: readonly (keyof EventFields)[];
  /** Those that an outcome has besides. */
  requiredInOutcome?: readonly (keyof EventFields)[];
  /** Those that it may have. */
  optional: readonly (keyof EventFields)[];
  /** Keys of `detail`. */
  detail: Readonly<Record<string, AnyField>>;
  example: EventFields & { phase?: EventPhase; detail?: EventDetail };
}

/** Keeps the literal types of the entries, so that the drafts of emitters are checked against them. */
export const defineEvents = <const T extends Record<string, CatalogueEntry>>(events: T): T => events;

/** People of the examples. */
export const ALICE = {
  sub: '248289761001',
  login: 'alice',
  email: 'alice@acme.example',
  idp: 'https://idp.acme.example',
};
export const SAM = { sub: '248289761007', login: 'sam', email: 'sam@acme.example', idp: 'https://idp.acme.example' };
