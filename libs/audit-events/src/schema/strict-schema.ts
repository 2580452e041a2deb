import type { JsonSchema } from './field.js';

/**
 * The schema as emitters must meet it today: members that it does not name are refused. Readers take the
 * published one, which lets them through.
 */
export function strictSchema(schema: JsonSchema): JsonSchema {
  const closed =
    schema.properties && schema.additionalProperties === undefined && schema.type === 'object'
      ? { additionalProperties: false }
      : {};
  return {
    ...schema,
    ...closed,
    ...(schema.properties ? { properties: each(schema.properties) } : {}),
    ...(schema.$defs ? { $defs: each(schema.$defs) } : {}),
    ...(schema.items ? { items: strictSchema(schema.items) } : {}),
  };
}

const each = (schemas: Record<string, JsonSchema>): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, strictSchema(schema)]));
