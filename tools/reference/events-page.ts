import { EVENT_CATALOGUE, EVENT_TYPE_NAMES, type EventType } from '../../libs/audit-events/src/event-catalogue.js';
import { ENVELOPE, EVENT_FIELDS } from '../../libs/audit-events/src/schema/event-fields.js';
import { eventSchemas } from '../../libs/audit-events/src/schema/event-schema.js';
import { exampleEvent } from '../../libs/audit-events/src/schema/example-event.js';
import type { AnyField, JsonSchema } from '../../libs/audit-events/src/schema/field.js';
import { OCSF_CLASSES, type OcsfKind } from '../../libs/audit-events/src/ocsf/ocsf-kind.js';
import { cell, code, page, table } from './markdown.js';

const kindOf = ({ type, enum: values, const: only, additionalProperties }: JsonSchema): string => {
  if (values) return values.map(code).join(', ');
  if (only !== undefined) return code(String(only));
  if (typeof additionalProperties === 'object') return 'object of texts';
  return [type ?? 'any'].flat().join(' or ');
};

/** One row per field, those of objects and lists below their holder. */
function rowsOf(name: string, { schema, optional }: AnyField): string[][] {
  const own = [code(name), kindOf(schema), optional ? '' : 'always', cell(schema.description ?? '')];
  return [own, ...membersOf(schema.type === 'array' ? `${name}[]` : name, schema.items ?? schema)];
}

const membersOf = (name: string, { properties = {}, required = [] }: JsonSchema): string[][] =>
  Object.entries(properties).flatMap(([member, schema]) =>
    rowsOf(`${name}.${member}`, { schema, optional: !required.includes(member) }),
  );

const fieldTable = (fields: object): string =>
  table(
    ['field', 'kind', 'present', 'meaning'],
    (Object.entries(fields) as [string, AnyField][]).flatMap(([name, field]) => rowsOf(name, field)),
  );

const names = (list: readonly string[]): string => (list.length === 0 ? 'none' : list.map(code).join(', '));

const ocsfOf = (kind: OcsfKind): string => {
  const { name, uid } = OCSF_CLASSES[kind.class];
  const of =
    kind.class === 'entity_management' ? ` of a${/^[aeiou]/i.test(kind.entity) ? 'n' : ''} ${kind.entity}` : '';
  return `${name} (${uid}), ${kind.activity === 'by class' ? 'activity by the class of the operation' : kind.activity}${of}`;
};

function section(type: EventType): string {
  const {
    code: number,
    title,
    when,
    emitter,
    phases,
    level,
    required,
    requiredInOutcome,
    optional,
    detail,
    ocsf,
  } = EVENT_CATALOGUE[type];
  const facts = [
    `${number}, ${level}, from ${emitter === 'any' ? 'every process' : `the ${emitter.replace('-', ' ')}`}, ${phases.join(' and ')}. ${when}`,
    `OCSF: ${ocsfOf(ocsf)}.`,
    `Always: ${names(required)}${requiredInOutcome ? `, in an outcome ${names(requiredInOutcome)}` : ''}. Where there is something to tell: ${names(optional)}.`,
  ];
  const keys = Object.entries(detail);
  const table_ =
    keys.length === 0 ? [] : [fieldTable(Object.fromEntries(keys.map(([key, field]) => [`detail.${key}`, field])))];
  const example = `\`\`\`json\n${JSON.stringify(exampleEvent(type), null, 2)}\n\`\`\``;
  return [`## ${type}`, title, ...facts, ...table_, example].join('\n\n');
}

const overview = (): string =>
  table(
    ['type', 'code', 'level', 'from', 'phases', 'when'],
    EVENT_TYPE_NAMES.map((type) => {
      const { code: number, level, emitter, phases, when } = EVENT_CATALOGUE[type];
      return [`[\`${type}\`](#${type.replaceAll('.', '')})`, number, level, emitter, phases.join(', '), cell(when)];
    }),
  );

export const events = (): string =>
  page(
    'Events',
    'Every type of audit record, from the catalogue in `libs/audit-events/src/catalogue`. JSON Schemas (draft 2020-12) stand in `docs/schemas/events/v1` and are served by the control plane under `/schemas/events/v1/`: one per type, `event.json` for any of them, `envelope.json` for what all share.',
    'Changes only add: no type, code or field is renamed, removed or narrowed, and none becomes required. A reader ignores fields that it does not know, and holds events of types that it does not know to `envelope.json`.',
    'Text is made safe where it enters an event: control characters, line separators, invisible and direction-changing characters, lone surrogates and noncharacters do not stand in any field. Where a value differs from what was received, `detail` holds the exact text under `raw:PATH` (`utf8:` or `utf16le:` and base64), and length and digest of what was cut under `cut:PATH`.',
    'For a SIEM, `toOcsf` of `libs/audit-events` makes an OCSF 1.8.0 record of each event. `raw_data` is what was hashed (RFC 8785, without `hash`) and `raw_data_hash` its SHA-256, so that a record and its chain can be checked from the SIEM alone; an event over 128 Ki UTF-16 units comes without `raw_data`.',
    overview(),
    `## Fields of every event\n\n${fieldTable({ type: { schema: { type: 'string', description: 'One of the types above.' }, optional: false }, specversion: { schema: { const: 1, description: 'Of this form.' }, optional: false }, ...ENVELOPE })}`,
    `## Fields that types share\n\nWhich of them a type has stands below; "always" means: wherever its holder is.\n\n${fieldTable(EVENT_FIELDS)}`,
    ...EVENT_TYPE_NAMES.map(section),
  );

/** Path in the repository -> text of a published schema. */
export const eventSchemaFiles = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(eventSchemas()).map(([name, schema]) => [
      `docs/schemas/events/v1/${name}.json`,
      JSON.stringify(schema, null, 2),
    ]),
  );
