import { canSee, mayUse } from '../access/actor.js';
import type { ApiCall } from '../rest/api-call.js';
import { fullName, type Account, type Issue, type Repository } from '../world/model.js';
import { accountNode } from './account-node.js';
import { connection, type Node, type PageArguments } from './connection.js';
import { findNode } from './find-node.js';
import { notBuilt, unresolved } from './graphql-problem.js';
import { anyIssueNode, repositoryNode } from './repository-node.js';

function account(call: ApiCall, login: string, type?: Account['type']): Node {
  const found = call.world.accounts.get(login.toLowerCase());
  if (!found || (type && found.type !== type))
    throw unresolved(`a${type ? ` ${type}` : 'n Owner'} with the login of '${login}'.`);
  return accountNode(call, found);
}

function repository(call: ApiCall, owner: string, name: string): Node {
  const found = call.world.repositoryByName(owner, name);
  if (!found || !canSee(call.actor, found)) throw unresolved(`a Repository with the name '${owner}/${name}'.`);
  return repositoryNode(call, found);
}

/** Whether an issue fits the qualifiers of a search (`repo:`, `is:`, `state:`, `author:`, `head:`, `review-requested:`). */
function fits(owner: Repository, issue: Issue, terms: readonly string[]): boolean {
  return terms.every((term) => {
    const [name = '', value = ''] = term.split(/:(.*)/s);
    switch (name) {
      case 'repo':
        return fullName(owner).toLowerCase() === value.toLowerCase();
      case 'is':
      case 'state':
      case 'type':
        return (
          {
            pr: issue.pull !== null,
            issue: issue.pull === null,
            open: issue.state === 'open',
            closed: issue.state === 'closed',
            merged: Boolean(issue.pull?.merged),
          }[value] ?? true
        );
      case 'author':
        return issue.author.login === value || value === '@me';
      case 'assignee':
        return issue.assignees.some(({ login }) => login === value);
      case 'head':
        return issue.pull?.head === value;
      case 'review-requested':
        return issue.pull?.reviewers.some(({ login }) => login === value) ?? false;
      default:
        return term.startsWith('sort:') || issue.title.toLowerCase().includes(term.toLowerCase());
    }
  });
}

function search(call: ApiCall, args: PageArguments & { query: string; type: string }): Node {
  if (args.type !== 'ISSUE') throw notBuilt(`search of type ${args.type}`);
  const terms = (args.query.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((term) => term.replaceAll('"', ''));
  const found = [...call.world.repositories.values()]
    .filter((owner) => mayUse(call.actor, owner, ['issues:read']) || mayUse(call.actor, owner, ['pull_requests:read']))
    .flatMap((owner) =>
      [...owner.issues.values()].filter((issue) => fits(owner, issue, terms)).map((issue) => ({ owner, issue })),
    );
  const hits = connection(found, args, ({ owner, issue }) => anyIssueNode(call, owner, issue));
  return { ...hits, issueCount: found.length };
}

/** The fields of `Query` that the stand-in answers. */
export const queryRoot = (call: ApiCall): Node => ({
  viewer: () => accountNode(call, call.world.bot),
  repository: ({ owner, name }: { owner: string; name: string }) => repository(call, owner, name),
  repositoryOwner: ({ login }: { login: string }) => account(call, login),
  organization: ({ login }: { login: string }) => account(call, login, 'Organization'),
  user: ({ login }: { login: string }) => account(call, login, 'User'),
  node: ({ id }: { id: string }) => findNode(call, id),
  nodes: ({ ids }: { ids: string[] }) => Promise.all(ids.map((id) => findNode(call, id))),
  search: (args: PageArguments & { query: string; type: string }) => search(call, args),
  rateLimit: () => ({
    limit: 5000,
    cost: 1,
    remaining: 4999,
    used: 1,
    nodeCount: 1,
    resetAt: new Date(Date.now() + 3_600_000).toISOString(),
  }),
});
