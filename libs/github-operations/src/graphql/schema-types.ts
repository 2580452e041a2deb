import { SCHEMA_TABLE } from './schema.gen.js';

/** Names of an object's, interface's or union's fields; each with the name of the type it leads to, or '' for a scalar. */
export type SchemaFields = ReadonlyMap<string, string>;

let lines: ReadonlyMap<string, string> | undefined;
const parsed = new Map<string, SchemaFields>();

function linesByType(): ReadonlyMap<string, string> {
  return new Map(
    SCHEMA_TABLE.split('\n').map((line) => {
      const space = line.indexOf(' ');
      return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
    }),
  );
}

function parseFields(line: string): SchemaFields {
  const words = line === '' ? [] : line.split(' ');
  return new Map(
    words.map((word) => {
      const colon = word.indexOf(':');
      return colon < 0 ? [word, ''] : [word.slice(0, colon), word.slice(colon + 1)];
    }),
  );
}

/** The fields of a type of GitHub's pinned schema, read when first asked for; undefined for a type that it lacks. */
export function fieldsOf(type: string): SchemaFields | undefined {
  const known = parsed.get(type);
  if (known) return known;
  lines ??= linesByType();
  const line = type === '' ? undefined : lines.get(type);
  if (line === undefined) return undefined;
  const fields = parseFields(line);
  parsed.set(type, fields);
  return fields;
}

/** Every type of the pinned schema. */
export const schemaTypes = (): string[] => [...linesByType().keys()].filter((type) => type !== '');

/** What a connection or an edge is of; any other type is of itself. */
export function nodeTypeOf(type: string): string {
  if (type.endsWith('Edge')) return fieldsOf(type)?.get('node') ?? type;
  if (!type.endsWith('Connection')) return type;
  const fields = fieldsOf(type);
  const nodes = fields?.get('nodes');
  return nodes ?? nodeTypeOf(fields?.get('edges') ?? type.replace(/Connection$/, ''));
}
