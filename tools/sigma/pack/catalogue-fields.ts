import { eventSchema, type EventType, type JsonSchema } from '@holdshort/audit-events';

/**
 * Every field that an event of the type may have: dotted path -> schema. Lists count as what they hold, as in the paths of
 * Sigma rules and flattening SIEMs; objects stand beside their members.
 */
export function catalogueFields(type: EventType): ReadonlyMap<string, JsonSchema> {
  const schema = eventSchema(type);
  const fields = new Map<string, JsonSchema>();
  walk(schema, '', { fields, defs: schema.$defs ?? {} });
  return fields;
}

interface Walk {
  fields: Map<string, JsonSchema>;
  defs: Readonly<Record<string, JsonSchema>>;
}

function walk(schema: JsonSchema, path: string, { fields, defs }: Walk): void {
  const named = schema.$ref === undefined ? schema : (defs[schema.$ref.replace('#/$defs/', '')] ?? schema);
  const held = named.items ?? named;
  if (path !== '') fields.set(path, held);
  for (const [name, member] of Object.entries(held.properties ?? {}))
    walk(member, path === '' ? name : `${path}.${name}`, { fields, defs });
}
