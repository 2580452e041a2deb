import { isRecord } from './json-shape.js';

/** The repository (and ref) that a GraphQL node belongs to. */
export interface NodeFacts {
  owner: string;
  name: string;
  /** Fully qualified, where the node is a ref or a pull request (then its base). */
  ref?: string;
  number?: number;
}

/** `RepositoryNode` covers issues, pull requests, their comments and reviews; the others name their repository alone. */
export const NODE_QUERY = `query HoldshortNode($id: ID!) {
  node(id: $id) {
    __typename
    ... on Repository { nameWithOwner }
    ... on RepositoryNode { repository { nameWithOwner } }
    ... on PullRequest { number baseRefName }
    ... on Issue { number }
    ... on Ref { name prefix repository { nameWithOwner } }
    ... on Label { repository { nameWithOwner } }
    ... on Release { repository { nameWithOwner } }
  }
}`;

/** Undefined for a node that does not exist, is not visible, or belongs to no repository. */
export function nodeFactsOf(body: unknown): NodeFacts | undefined {
  const data = isRecord(body) ? body['data'] : undefined;
  const node = isRecord(data) ? data['node'] : undefined;
  if (!isRecord(node)) return undefined;
  const repository = isRecord(node['repository']) ? node['repository'] : node;
  const fullName = repository['nameWithOwner'];
  const [owner, name] = typeof fullName === 'string' ? fullName.split('/') : [];
  if (!owner || !name) return undefined;
  return { owner, name, ...refOf(node), ...(typeof node['number'] === 'number' ? { number: node['number'] } : {}) };
}

function refOf(node: Record<string, unknown>): { ref?: string } {
  if (node['__typename'] === 'Ref') return { ref: `${String(node['prefix'])}${String(node['name'])}` };
  return typeof node['baseRefName'] === 'string' ? { ref: `refs/heads/${node['baseRefName']}` } : {};
}
