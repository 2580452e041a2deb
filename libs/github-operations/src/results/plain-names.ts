import { Kind } from 'graphql/language/kinds.js';
import type { FieldNode, SelectionSetNode } from 'graphql';
import { readDocument } from '../graphql/read-document.js';
import { valueAt } from './made.js';

/** Names below a mutation that madeByCall goes by. */
const READ: ReadonlySet<string> = new Set(
  'commit oid url ref target mergeCommit pullRequest revertPullRequest number'.split(' '),
);

/** No alias of the document gives something else a name that is looked for: `oid: message` would be the client's text. */
export function namesAreTheSchemas(sent: unknown): boolean {
  const query = valueAt(sent, 'query');
  if (typeof query !== 'string') return false;
  const name = valueAt(sent, 'operationName');
  const { operation, fragments } = readDocument(query, typeof name === 'string' && name !== '' ? name : undefined);
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
