import { EVENT_TYPE_NAMES, type JsonSchema } from '@holdshort/audit-events';
import { catalogueFields } from './catalogue-fields.js';

interface Mapping {
  ignore_above?: number;
  type?: string;
  properties?: Record<string, Mapping>;
}

/** Below this, Lucene's limit of a term in bytes holds whatever the text is; longer texts are kept, not searched. */
const LONGEST_TERM = 8191;

const isObject = ({ type, properties }: JsonSchema): boolean => type === 'object' || properties !== undefined;

/** Every field of every type. Where two types mean different kinds of values by a name, it is a text. */
function allFields(): Map<string, string> {
  const kinds = new Map<string, string>();
  for (const type of EVENT_TYPE_NAMES)
    for (const [path, schema] of catalogueFields(type)) {
      const kind = kindOf(schema);
      const before = kinds.get(path);
      kinds.set(path, before === undefined || before === kind ? kind : 'keyword');
    }
  return kinds;
}

function kindOf(schema: JsonSchema): string {
  if (typeof schema.additionalProperties === 'object') return 'flattened';
  if (isObject(schema)) return 'object';
  const [type] = [schema.type ?? 'string'].flat();
  if (type === 'integer' || typeof schema.const === 'number') return 'long';
  return type === 'boolean' ? 'boolean' : 'keyword';
}

/** `properties` of `holdshort` in an Elasticsearch index: the fields of the catalogue. `time` stays a text for Sigma's `re`. */
export function elasticMapping(): Record<string, Mapping> {
  const root: Mapping = { properties: {} };
  for (const [path, kind] of [...allFields()].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const keys = path.split('.');
    const name = keys.pop() ?? '';
    const holder = keys.reduce<Mapping>((at, key) => at.properties?.[key] ?? {}, root);
    holder.properties ??= {};
    holder.properties[name] =
      kind === 'object'
        ? { properties: {} }
        : { type: kind, ...(kind === 'keyword' ? { ignore_above: LONGEST_TERM } : {}) };
  }
  return root.properties ?? {};
}
