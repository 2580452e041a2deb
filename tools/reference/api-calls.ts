import { readFileSync } from 'node:fs';

/** What the OpenAPI document of the control plane consists of, as far as types are made of it. */
interface Schema {
  $ref?: string;
  allOf?: Schema[];
  type?: string;
  enum?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}
interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: Schema;
}
interface Operation {
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const DOCUMENT = 'docs/reference/openapi.json';
const PREFIX = '/api/v1';

const property = (name: string, isRequired: boolean, type: string): string =>
  `${/^\w+$/.test(name) ? name : `'${name}'`}${isRequired ? `: ${type}` : `?: ${type} | undefined`};`;

const SIMPLE: Record<string, string> = { integer: 'number', number: 'number', string: 'string', boolean: 'boolean' };

/** @throws Error for what is not written by the control plane; the types would lie */
function typeOf(schema: Schema): string {
  const { $ref, allOf, type, enum: values, items } = schema;
  if ($ref !== undefined) return $ref.split('/').at(-1) ?? '';
  if (allOf?.length === 1 && allOf[0]) return typeOf(allOf[0]);
  if (values) return values.map((value) => `'${value}'`).join(' | ');
  if (type === 'array' && items) return `readonly (${typeOf(items)})[]`;
  if (type === 'object') return objectType(schema);
  const simple = type === undefined ? undefined : SIMPLE[type];
  if (simple !== undefined) return simple;
  throw new Error(`${DOCUMENT}: no type is known for ${JSON.stringify(schema)}`);
}

function objectType({ properties, required = [] }: Schema): string {
  if (!properties) return 'object';
  return `{ ${Object.entries(properties)
    .map(([name, value]) => property(name, required.includes(name), typeOf(value)))
    .join(' ')} }`;
}

const isNeeded = (schema: Schema, schemas: Document['components']['schemas']): boolean => {
  const named = schema.$ref === undefined ? schema : schemas[schema.$ref.split('/').at(-1) ?? ''];
  return (named?.required ?? []).length > 0;
};

function inputOf({ parameters, requestBody }: Operation, schemas: Document['components']['schemas']): string {
  const body = requestBody?.content['application/json']?.schema;
  const group = (where: 'path' | 'query'): string[] => {
    const inside = parameters.filter((parameter) => parameter.in === where);
    if (inside.length === 0) return [];
    const isRequired = inside.some(({ required }) => required);
    const members = inside.map(({ name, required, schema }) => property(name, required, typeOf(schema)));
    return [property(where, isRequired, `{ ${members.join(' ')} }`)];
  };
  return [
    ...group('path'),
    ...group('query'),
    ...(body ? [property('body', isNeeded(body, schemas), typeOf(body))] : []),
  ].join(' ');
}

/** libs/api-client: what each call takes, so that the compiler compares the clients with the control plane. */
export function apiCalls(): string {
  const { paths, components } = JSON.parse(readFileSync(DOCUMENT, 'utf8')) as Document;
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        `'${method.toUpperCase()} ${path.slice(PREFIX.length)}': { ${inputOf(operation, components.schemas)} };`,
    ),
  );
  const types = Object.entries(components.schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema)};`);
  return [
    `// Generated from ${DOCUMENT} by \`npm run generate\`.`,
    ...types,
    '/** What each call takes. */',
    'export interface Calls {',
    ...calls.sort(),
    '}',
    '',
  ].join('\n');
}
