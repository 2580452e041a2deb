import type { JsonSchema } from './field.js';

/**
 * What a reader of `before` could stumble over in `after`, as `place: what`; empty where everything was only added.
 * Refused: a schema or member that is gone, another type, pattern, format or constant, a value less in a closed
 * list, a higher minimum, and a member that became required or is required no longer.
 */
export function incompatibilities(before: JsonSchema, after: JsonSchema, place = ''): string[] {
  return [
    ...changedKeywords(before, after).map((keyword) => `${place}: ${keyword} changed`),
    ...missing(before.enum, after.enum).map((value) => `${place}: the value ${value} is gone`),
    ...requirements(before, after).map((text) => `${place}: ${text}`),
    ...below(before, after, place),
  ];
}

const FIXED = ['type', 'const', 'pattern', 'format', '$ref', 'minimum', 'if', 'then'] as const;

const changedKeywords = (before: JsonSchema, after: JsonSchema): string[] =>
  FIXED.filter((keyword) => JSON.stringify(before[keyword]) !== JSON.stringify(after[keyword]));

/** What `before` has and `after` has not. */
const missing = (before: readonly string[] = [], after: readonly string[] = []): string[] =>
  before.filter((value) => !after.includes(value));

function requirements(before: JsonSchema, after: JsonSchema): string[] {
  return [
    ...missing(after.required, before.required).map((name) => `${name} became required`),
    ...missing(before.required, after.required).map((name) => `${name} is no longer required`),
  ];
}

function below(before: JsonSchema, after: JsonSchema, place: string): string[] {
  const groups = ['properties', '$defs', 'patternProperties'] as const;
  const members = groups.flatMap((group) =>
    Object.entries(before[group] ?? {}).flatMap(([name, schema]) => {
      const now = after[group]?.[name];
      const where = `${place}/${name}`;
      return now ? incompatibilities(schema, now, where) : [`${where}: is gone`];
    }),
  );
  if (!before.items) return members;
  return [
    ...members,
    ...(after.items ? incompatibilities(before.items, after.items, `${place}[]`) : [`${place}[]: is gone`]),
  ];
}
