import { Kind } from 'graphql/language/kinds.js';
import type { FieldNode, SelectionSetNode } from 'graphql';
import { readDocument } from '../graphql/read-document.js';
import { textAt } from './effect.js';

/** Names below a mutation by which `graphqlEffects` reads a payload. */
const READ: ReadonlySet<string> = new Set(
  (
    'commit oid ref target mergeCommit pullRequest revertPullRequest issue number url permalink resourcePath id ' +
    'commentEdge node databaseId'
  ).split(' '),
);

/** No alias of the document gives something else a name that is looked for: `oid: message` would be the client's text. */
export function namesAreTheSchemas(sent: unknown): boolean {
  const query = textAt(sent, 'query');
  if (query === undefined) return false;
  const { operation, fragments } = readDocument(query, textAt(sent, 'operationName'));
  return [operation, ...fragments.values()].every(({ selectionSet }) => isPlain(selectionSet));
}

const isPlain = ({ selections }: SelectionSetNode): boolean =>
  selections.every((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return true;
    if (selection.kind === Kind.FIELD && isMisnamed(selection)) return false;
    return selection.selectionSet === undefined || isPlain(selection.selectionSet);
  });

const isMisnamed = ({ alias, name }: FieldNode): boolean =>
  alias !== undefined && READ.has(alias.value) && alias.value !== name.value;
