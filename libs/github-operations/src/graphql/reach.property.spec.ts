import fc from 'fast-check';
import { ACCOUNT_TYPES } from './account-types.js';
import { classifyGraphql } from './classify-graphql.js';
import { fieldsOf } from './schema-types.js';

const verdictOf = (query: string): unknown => {
  const result = classifyGraphql({ host: 'api.github.com', method: 'POST', path: '/graphql', body: { query } });
  // What a refusal says of the path is the same too; the intents are compared with their order.
  return 'refusal' in result ? result.refusal : result.operation.intents;
};

interface Selected {
  name: string;
  type: string;
  children: Selected[];
}

/** Picks fields of the schema by numbers, as deep as they last; an object without fields is left with its name. */
function select(type: string, numbers: readonly number[], depth: number): Selected[] {
  const fields = [...(fieldsOf(type) ?? [])];
  if (fields.length === 0 || depth === 0) return [{ name: '__typename', type: '', children: [] }];
  return numbers.slice(0, 2).map((number, n) => {
    const [name, result] = fields[number % fields.length] ?? ['__typename', ''];
    return { name, type: result, children: result === '' ? [] : select(result, numbers.slice(n + 1), depth - 1) };
  });
}

type Writer = (field: Selected, within: string) => string;

const plain: Writer = ({ name, children, type }) =>
  children.length === 0 ? name : `${name} { ${children.map((child) => plain(child, type)).join(' ')} }`;

const dressed: Writer = ({ name, children, type }, within) => {
  const inner = children.length === 0 ? '' : ` { ${children.map((child) => dressed(child, type)).join(' ')} }`;
  return `... on ${within} { ... @include(if: true) { x: ${name} @skip(if: false)${inner} } }`;
};

/** The document with each selection set moved into a fragment of its own. */
function fragmented(root: string, rootType: string, fields: readonly Selected[]): string {
  const fragments: string[] = [];
  const write = (selected: readonly Selected[], type: string): string => {
    const name = `f${fragments.length}`;
    const at = fragments.push('') - 1;
    const body = selected.map((field) =>
      field.children.length === 0 ? field.name : `${field.name} { ${write(field.children, field.type)} }`,
    );
    fragments[at] = `fragment ${name} on ${type} { ${body.join(' ')} }`;
    return `...${name}`;
  };
  const spread = write(fields, rootType);
  return `{ ${root} { ${spread} } } ${fragments.join(' ')}`;
}

const ROOTS = [
  ['viewer', 'User'],
  ['organization(login: "acme")', 'Organization'],
  ['repositoryOwner(login: "acme")', 'RepositoryOwner'],
  ['repository(owner: "acme", name: "app")', 'Repository'],
  ['node(id: "I_1")', 'Node'],
] as const;
const ROOT = fc.constantFrom(...ROOTS);
const NUMBERS = fc.array(fc.nat(), { minLength: 1, maxLength: 8 });
const RUNS = { numRuns: 1_500 };

const document = (root: string, type: string, fields: readonly Selected[], write: Writer): string =>
  `{ ${root} { ${fields.map((field) => write(field, type)).join(' ')} } }`;

/** Content that no account shows; each with what leads there from a repository. */
const CONTENT = [
  'object(expression: "HEAD:") { id }',
  'issues(first: 1) { nodes { body } }',
  'labels { nodes { name } }',
];
/** Only a field can have one. */
const alias = (text: string): string => (text.startsWith('...') ? text : `a: ${text}`);
const WAYS = [
  'viewer { repositories(first: 1) { nodes { @ } } }',
  'organization(login: "acme") { repositories(first: 1) { edges { node { @ } } } }',
  'organization(login: "acme") { team(slug: "t") { repositories { nodes { @ } } } }',
  'repository(owner: "acme", name: "app") { owner { repositories(first: 1) { nodes { @ } } } }',
];

describe('any selection of the schema', () => {
  it('ends in a verdict', () => {
    fc.assert(
      fc.property(ROOT, NUMBERS, ([root, type], numbers) => {
        expect(verdictOf(document(root, type, select(type, numbers, 8), plain))).toBeDefined();
      }),
      RUNS,
    );
  });

  it('has the same verdict with aliases, inline fragments and directives, and with each selection in a fragment', () => {
    fc.assert(
      fc.property(ROOT, NUMBERS, ([root, type], numbers) => {
        // An inline fragment adds to the depth, of which 30 are taken.
        const fields = select(type, numbers, 6);
        const expected = verdictOf(document(root, type, fields, plain));
        expect(verdictOf(document(root, type, fields, dressed))).toEqual(expected);
        expect(verdictOf(fragmented(root, type, fields))).toEqual(expected);
      }),
      RUNS,
    );
  });

  it('shows content of an account in no form', () => {
    const wrap = fc.constantFrom(
      (text: string) => text,
      (text: string) => `... on Repository { ${text} }`,
      (text: string) => `... on Node { ... on Repository { ${alias(text)} } }`,
      (text: string) => `... @include(if: false) { name ${text} }`,
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...WAYS),
        fc.constantFrom(...CONTENT),
        fc.array(wrap, { maxLength: 3 }),
        fc.boolean(),
        (way, content, wraps, isFragment) => {
          const selection = wraps.reduce((text, wrapped) => wrapped(text), isFragment ? '...c' : content);
          const fragment = isFragment ? ` fragment c on Repository { ${content} }` : '';
          expect(verdictOf(`{ ${way.replace('@', selection)} }${fragment}`)).toMatchObject({
            code: 'target_unresolved',
          });
        },
      ),
      RUNS,
    );
  });

  it('is never asked of the account types alone for what the schema lacks', () => {
    for (const type of ACCOUNT_TYPES)
      expect(verdictOf(`{ viewer { ... on ${type} { notInTheSchema { x } } } }`)).toMatchObject({
        code: 'operation_unknown',
      });
  });
});
