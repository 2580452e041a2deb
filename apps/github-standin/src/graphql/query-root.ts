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

/** What the words after `is:`, `state:` and `type:` ask. */
const KINDS: Record<string, (issue: Issue) => boolean> = {
  pr: ({ pull }) => pull !== null,
  issue: ({ pull }) => pull === null,
  open: ({ state }) => state === 'open',
  closed: ({ state }) => state === 'closed',
  merged: ({ pull }) => Boolean(pull?.merged),
};

type Qualifier = (place: { owner: Repository; issue: Issue }, value: string) => boolean;

const isKind: Qualifier = ({ issue }, value) => KINDS[value]?.(issue) ?? true;

const QUALIFIERS: Record<string, Qualifier> = {
  is: isKind,
  state: isKind,
  type: isKind,
  sort: () => true,
  repo: ({ owner }, value) => fullName(owner).toLowerCase() === value.toLowerCase(),
  author: ({ issue }, value) => issue.author.login === value || value === '@me',
  assignee: ({ issue }, value) => issue.assignees.some(({ login }) => login === value),
  head: ({ issue }, value) => issue.pull?.head === value,
  'review-requested': ({ issue }, value) => issue.pull?.reviewers.some(({ login }) => login === value) ?? false,
};

/** Whether an issue fits all words of a search: qualifiers, or parts of its title. */
const fits = (owner: Repository, issue: Issue, terms: readonly string[]): boolean =>
  terms.every((term) => {
    const colon = term.indexOf(':');
    const qualifier = colon > 0 ? QUALIFIERS[term.slice(0, colon)] : undefined;
    if (qualifier) return qualifier({ owner, issue }, term.slice(colon + 1));
    return issue.title.toLowerCase().includes(term.toLowerCase());
  });

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
  viewer: () => accountNode(call, call.account),
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
