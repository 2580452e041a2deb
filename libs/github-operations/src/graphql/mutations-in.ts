import { OperationTypeNode } from 'graphql/language/ast.js';
import { at, textAt } from '../effects/effect.js';
import { readDocument } from './read-document.js';
import { FieldWalker, variablesOf, type Variables } from './walk-fields.js';

export interface CalledMutation {
  name: string;
  /** The name under which its payload is answered. */
  key: string;
  input: unknown;
}

/** The mutations of one request that was classified before, in order; none where it is a query. */
export function mutationsIn(request: unknown): CalledMutation[] {
  const document = readDocument(textAt(request, 'query') ?? '', textAt(request, 'operationName'));
  if (document.operation.operation !== OperationTypeNode.MUTATION) return [];
  const walker = new FieldWalker(document, variablesOf(document, (at(request, 'variables') ?? {}) as Variables));
  return walker.roots().map((field) => ({ name: field.name, key: field.key, input: field.arguments['input'] }));
}
