import { canSee } from '../access/actor.js';
import type { ApiCall } from '../rest/api-call.js';
import type { Comment, Issue, Repository } from '../world/model.js';
import { decodeNodeId } from '../world/node-id.js';
import { isPull, type Pull } from '../world/pull-state.js';
import { accountNode } from './account-node.js';
import type { Node } from './connection.js';
import { objectNode, refNode } from './git-node.js';
import { unresolved } from './graphql-problem.js';
import { commentNode } from './issue-node.js';
import { anyIssueNode, repositoryNode } from './repository-node.js';

const noNode = (id: string): Error => unresolved(`a node with the global id of '${id}'.`);

/** The repository that a node id belongs to, where the caller may see it. @throws GraphqlProblem NOT_FOUND */
export function repositoryOfNode(call: ApiCall, id: string): Repository {
  const repository = call.world.repositories.get(Number(decodeNodeId(id)?.parts[0]));
  if (!repository || !canSee(call.actor, repository)) throw noNode(id);
  return repository;
}

/** @throws GraphqlProblem NOT_FOUND where the id names no issue or pull request */
export function issueOfNode(call: ApiCall, id: string): { repository: Repository; issue: Issue } {
  const repository = repositoryOfNode(call, id);
  const decoded = decodeNodeId(id);
  const number = decoded?.parts[1];
  const issue = [...repository.issues.values()].find((entry) =>
    decoded?.type === 'PullRequest' ? entry.pull?.id === number : decoded?.type === 'Issue' && entry.id === number,
  );
  if (!issue) throw noNode(id);
  return { repository, issue };
}

/** @throws GraphqlProblem NOT_FOUND where the id names no pull request */
export function pullOfNode(call: ApiCall, id: string): { repository: Repository; issue: Pull } {
  const { repository, issue } = issueOfNode(call, id);
  if (!isPull(issue)) throw noNode(id);
  return { repository, issue };
}

function commentOfNode(repository: Repository, id: unknown): { issue: Issue; comment: Comment } | null {
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find((entry) => entry.id === id);
    if (comment) return { issue, comment };
  }
  return null;
}

async function refOfNode(call: ApiCall, repository: Repository, name: string): Promise<Node | null> {
  const ref = await repository.git.refTarget(name);
  return ref && refNode(call, repository, ref);
}

async function repositoryChild(call: ApiCall, id: string): Promise<Node | null> {
  const decoded = decodeNodeId(id);
  const repository = repositoryOfNode(call, id);
  const part = decoded?.parts[1];
  switch (decoded?.type) {
    case 'Repository':
      return repositoryNode(call, repository);
    case 'Issue':
    case 'PullRequest':
      return anyIssueNode(call, repository, issueOfNode(call, id).issue);
    case 'IssueComment': {
      const place = commentOfNode(repository, part);
      return place && commentNode(call, repository, place);
    }
    case 'Ref':
      return refOfNode(call, repository, String(part));
    case 'Commit':
    case 'Blob':
    case 'Tree':
      return objectNode(call, repository, String(part));
    default:
      return null;
  }
}

/** GraphQL's `node(id)`. @throws GraphqlProblem NOT_FOUND */
export async function findNode(call: ApiCall, id: string): Promise<Node> {
  const decoded = decodeNodeId(id);
  const account = [...call.world.accounts.values()].find((entry) => entry.id === decoded?.parts[0]);
  if (account && decoded?.type === account.type) return accountNode(call, account);
  const node = await repositoryChild(call, id);
  if (!node) throw noNode(id);
  return node;
}
