// By file: the package's index loads 120 modules (about 100 ms) of which three are needed
import type { DefinitionNode, DocumentNode, FragmentDefinitionNode, OperationDefinitionNode } from 'graphql';
import { GraphQLError } from 'graphql/error/GraphQLError.js';
import { Kind } from 'graphql/language/kinds.js';
import { parse } from 'graphql/language/parser.js';
import { refuse } from '../unclassifiable.js';

/** GitHub's clients send documents of 1 to 8 kB; the limits bound what a hostile one can cost. */
const MAX_LENGTH = 100_000;
const MAX_TOKENS = 5000;

export interface ReadDocument {
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

function parseDocument(text: string): DocumentNode {
  if (text.length > MAX_LENGTH)
    refuse('request_too_large', `A GraphQL document may have at most ${MAX_LENGTH} characters.`);
  try {
    return parse(text, { maxTokens: MAX_TOKENS, noLocation: true });
  } catch (thrown) {
    // RangeError: nested deeper than the parser's stack.
    if (thrown instanceof GraphQLError || thrown instanceof RangeError)
      return refuse('request_malformed', 'The GraphQL document cannot be parsed, or is too large.');
    throw thrown;
  }
}

/** Clients send the same few documents with other variables; a parsed one of 2 kB takes about 60 kB. */
const KEPT = 16;
const KEPT_LENGTH = 8_000;
const kept = new Map<string, DocumentNode>();

/** The least lately used goes first. Nobody changes a parsed document. */
function parsed(text: string): DocumentNode {
  const document = kept.get(text) ?? parseDocument(text);
  kept.delete(text);
  if (text.length <= KEPT_LENGTH) kept.set(text, document);
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  return document;
}

/** Where a name stands twice, two readers may take different ones. */
export function checkUnique(names: readonly string[], what: string): void {
  if (names.length > 1 && new Set(names).size < names.length)
    refuse('request_malformed', `The GraphQL document gives one ${what} twice.`);
}

export const namesOf = (nodes: readonly { name: { value: string } }[] | undefined): string[] =>
  (nodes ?? []).map((node) => node.name.value);

function isFragment(definition: DefinitionNode): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION;
}

function isOperation(definition: DefinitionNode): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION;
}

function selectOperation(
  operations: readonly OperationDefinitionNode[],
  name: string | undefined,
): OperationDefinitionNode {
  checkUnique(
    operations.map((operation) => operation.name?.value ?? ''),
    'operation name',
  );
  if (name === undefined && operations.length !== 1)
    refuse('request_malformed', 'A GraphQL document with several operations needs operationName.');
  const selected = name === undefined ? operations[0] : operations.find((operation) => operation.name?.value === name);
  return selected ?? refuse('request_malformed', 'operationName names no operation of the GraphQL document.');
}

/** Parses a document and picks the operation that would run; nothing but operations and fragments may stand in it. */
export function readDocument(text: string, operationName: string | undefined): ReadDocument {
  const document = parsed(text);
  const fragments = document.definitions.filter(isFragment);
  const operations = document.definitions.filter(isOperation);
  if (fragments.length + operations.length < document.definitions.length)
    refuse('request_malformed', 'A GraphQL request holds operations and fragments only.');
  checkUnique(namesOf(fragments), 'fragment');
  return {
    operation: selectOperation(operations, operationName),
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
  };
}
