import { EVENT_CATALOGUE, EVENT_TYPE_NAMES, type CatalogueEntry, type EventType } from '../event-catalogue.js';
import type { EventFields } from '../event.js';
import { ENVELOPE, EVENT_FIELDS } from './event-fields.js';
import { exampleEvent } from './example-event.js';
import { membersOf, type JsonSchema } from './field.js';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** `$id` of a published schema; no address, because each installation serves its own under `/schemas/events/v1/`. */
export const schemaId = (name: string): string => `urn:holdshort:schema:events:v1:${name}`;

/** Keys that the chain adds for text that was made safe or cut; see `makeSafe`. */
const SIDE_NOTES: Record<string, JsonSchema> = {
  '^raw:': { type: 'string', description: 'Exact text of an unsafe value: `utf8:` or `utf16le:` and base64.' },
  '^cut:': { type: ['string', 'integer'], description: 'Length, and `sha256:` of the whole, of what was cut.' },
};

const SHARED = membersOf(ENVELOPE);
const SHARED_NAMES = Object.keys(ENVELOPE);

/** JSON Schema (draft 2020-12) of one type. Fields that it does not name are allowed: they are newer than it. */
export const eventSchema = (type: EventType): JsonSchema => ({
  $schema: DRAFT,
  $id: schemaId(type),
  ...bodyOf(type),
  $defs: defsOf(fieldsOf(EVENT_CATALOGUE[type])),
  examples: [exampleEvent(type)],
});

/** JSON Schema of what all events share, of whatever type: what a reader holds to where it meets a newer type. */
export const envelopeSchema = (): JsonSchema => {
  const fields = Object.keys(EVENT_FIELDS) as (keyof EventFields)[];
  return {
    $schema: DRAFT,
    $id: schemaId('envelope'),
    title: 'Any event',
    type: 'object',
    properties: {
      ...refsTo(SHARED_NAMES),
      specversion: { const: 1 },
      type: { type: 'string', pattern: '^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+$' },
      ...refsTo(fields),
      detail: detailOf({}),
    },
    required: [...(SHARED.required ?? []), 'specversion', 'type'],
    $defs: defsOf(fields),
  };
};

/** JSON Schema of an event of any type that is known to this version. */
export const anyEventSchema = (): JsonSchema => ({
  $schema: DRAFT,
  $id: schemaId('event'),
  title: 'An event of any known type',
  anyOf: EVENT_TYPE_NAMES.map((type) => ({ $ref: `#/$defs/${type}` })),
  $defs: {
    ...defsOf(Object.keys(EVENT_FIELDS) as (keyof EventFields)[]),
    ...Object.fromEntries(EVENT_TYPE_NAMES.map((type) => [type, bodyOf(type)])),
  },
});

/** Every published schema: name -> schema. `event` is the union, `envelope` what all share, the others are types. */
export const eventSchemas = (): Record<string, JsonSchema> => ({
  envelope: envelopeSchema(),
  event: anyEventSchema(),
  ...Object.fromEntries(EVENT_TYPE_NAMES.map((type) => [type, eventSchema(type)])),
});

function bodyOf(type: EventType): JsonSchema {
  const entry = EVENT_CATALOGUE[type];
  const hasDetail = membersOf(entry.detail).required !== undefined;
  return {
    title: entry.title,
    description: entry.when,
    type: 'object',
    properties: {
      ...refsTo(SHARED_NAMES),
      specversion: { const: 1 },
      type: { const: type },
      code: { const: entry.code },
      phase: { type: 'string', enum: entry.phases },
      ...refsTo(fieldsOf(entry)),
      detail: detailOf(entry.detail),
    },
    required: [...(SHARED.required ?? []), 'specversion', 'type', ...entry.required, ...(hasDetail ? ['detail'] : [])],
    ...inOutcome(entry),
  };
}

const inOutcome = ({ requiredInOutcome }: CatalogueEntry): JsonSchema =>
  requiredInOutcome
    ? { if: { properties: { phase: { const: 'outcome' } } }, then: { required: requiredInOutcome } }
    : {};

const fieldsOf = ({ required, optional }: CatalogueEntry): (keyof EventFields)[] => [
  ...new Set([...required, ...optional]),
];

const refsTo = (names: readonly string[]): Record<string, JsonSchema> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/$defs/${name}` }]));

const defsOf = (names: readonly (keyof EventFields)[]): Record<string, JsonSchema> => ({
  ...SHARED.properties,
  ...Object.fromEntries(names.map((name) => [name, EVENT_FIELDS[name].schema])),
});

const detailOf = (detail: CatalogueEntry['detail']): JsonSchema => ({
  type: 'object',
  description: 'Facts of this type only.',
  ...membersOf(detail),
  patternProperties: SIDE_NOTES,
});
