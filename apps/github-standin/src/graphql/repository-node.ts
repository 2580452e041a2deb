import { mayUse } from '../access/actor.js';
import type { ApiCall } from '../rest/api-call.js';
import { fullName, type Issue, type Repository } from '../world/model.js';
import { nodeId } from '../world/node-id.js';
import { isPull, pullsOf } from '../world/pull-state.js';
import { accountNode } from './account-node.js';
import { connection, empty, type Node, type PageArguments } from './connection.js';
import { objectNode, refNode } from './git-node.js';
import { forbidden, unresolved } from './graphql-problem.js';
import { issueNode, labelNode } from './issue-node.js';
import { pullNode } from './pull-node.js';

/** @throws GraphqlProblem FORBIDDEN where the token has none of these permissions on the repository */
export function requirePermission(call: ApiCall, repository: Repository, alternatives: readonly string[]): void {
  if (!mayUse(call.actor, repository, alternatives)) throw forbidden();
}

interface ListArguments extends PageArguments {
  states?: string[] | null;
  labels?: string[] | null;
  headRefName?: string | null;
  baseRefName?: string | null;
  orderBy?: { direction: string } | null;
  filterBy?: {
    states?: string[] | null;
    labels?: string[] | null;
    assignee?: string | null;
    createdBy?: string | null;
  } | null;
}

const stateOf = (issue: Issue): string => (issue.pull?.merged ? 'MERGED' : issue.state.toUpperCase());

function filtered<T extends Issue>(issues: readonly T[], args: ListArguments): T[] {
  const states = args.states ?? args.filterBy?.states;
  const labels = args.labels ?? args.filterBy?.labels;
  const found = issues
    .filter((issue) => !states || states.includes(stateOf(issue)))
    .filter((issue) => !labels || issue.labels.some(({ name }) => labels.includes(name)))
    .filter(({ pull }) => !args.headRefName || pull?.head === args.headRefName)
    .filter(({ pull }) => !args.baseRefName || pull?.base === args.baseRefName);
  return args.orderBy?.direction === 'DESC' ? found.reverse() : found;
}

export const anyIssueNode = (call: ApiCall, repository: Repository, issue: Issue): Node | Promise<Node> => {
  requirePermission(call, repository, [isPull(issue) ? 'pull_requests:read' : 'issues:read']);
  return isPull(issue) ? pullNode(call, repository, issue) : issueNode(call, repository, issue);
};

function issueFields(call: ApiCall, repository: Repository): Node {
  const numbered = (number: number, kind: string): Node | Promise<Node> => {
    const issue = repository.issues.get(number);
    const fits = issue && (kind === 'issueOrPullRequest' || (kind === 'pullRequest') === isPull(issue));
    if (!fits)
      throw unresolved(`a${kind === 'pullRequest' ? ' PullRequest' : 'n Issue'} with the number of ${String(number)}.`);
    return anyIssueNode(call, repository, issue);
  };
  return {
    issue: ({ number }: { number: number }) => numbered(number, 'issue'),
    pullRequest: ({ number }: { number: number }) => numbered(number, 'pullRequest'),
    issueOrPullRequest: ({ number }: { number: number }) => numbered(number, 'issueOrPullRequest'),
    issues: (args: ListArguments) => {
      requirePermission(call, repository, ['issues:read']);
      const issues = [...repository.issues.values()].filter((issue) => !isPull(issue));
      return connection(filtered(issues, args), args, (issue) => issueNode(call, repository, issue));
    },
    pullRequests: (args: ListArguments) => {
      requirePermission(call, repository, ['pull_requests:read']);
      return connection(filtered(pullsOf(repository), args), args, (issue) => pullNode(call, repository, issue));
    },
    labels: (args: PageArguments & { query?: string | null }) =>
      connection(
        repository.labels.filter(({ name }) => name.includes(args.query ?? '')),
        args,
        labelNode,
      ),
    label: ({ name }: { name: string }) => {
      const found = repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
      return found ? labelNode(found) : null;
    },
    assignableUsers: (page: PageArguments) => {
      const people = [...call.world.accounts.values()].filter(({ type }) => type === 'User');
      return connection(people, page, (account) => accountNode(call, account));
    },
    milestones: empty,
    projects: empty,
    projectsV2: empty,
    issueTemplates: [],
    pullRequestTemplates: [],
  };
}

function gitFields(call: ApiCall, repository: Repository): Node {
  const ref = async (name: string): Promise<Node | null> => {
    requirePermission(call, repository, ['contents:read']);
    const found = await repository.git.refTarget(name);
    return found && refNode(call, repository, found);
  };
  return {
    defaultBranchRef: async () => {
      const found = await repository.git.refTarget(`refs/heads/${repository.defaultBranch}`);
      return found && refNode(call, repository, found);
    },
    ref: ({ qualifiedName }: { qualifiedName: string }) =>
      ref(qualifiedName.startsWith('refs/') ? qualifiedName : `refs/heads/${qualifiedName}`),
    refs: async (args: PageArguments & { refPrefix: string; query?: string | null }) => {
      requirePermission(call, repository, ['contents:read']);
      const refs = (await repository.git.refs(args.refPrefix)).filter((entry) => entry.ref.includes(args.query ?? ''));
      return connection(refs, args, (entry) => refNode(call, repository, entry));
    },
    object: ({ expression, oid }: { expression?: string | null; oid?: string | null }) => {
      requirePermission(call, repository, ['contents:read']);
      return objectNode(call, repository, oid ?? expression ?? '');
    },
    releases: empty,
    latestRelease: null,
  };
}

function settingsOf(call: ApiCall, repository: Repository): Node {
  const writes = mayUse(call.actor, repository, ['contents:write']);
  return {
    viewerPermission: writes ? 'WRITE' : 'READ',
    viewerCanAdminister: false,
    viewerCanSubscribe: false,
    viewerDefaultMergeMethod: 'MERGE',
    viewerHasStarred: false,
    viewerSubscription: 'UNSUBSCRIBED',
    mergeCommitAllowed: true,
    squashMergeAllowed: true,
    rebaseMergeAllowed: true,
    autoMergeAllowed: false,
    deleteBranchOnMerge: false,
    hasIssuesEnabled: true,
    hasWikiEnabled: false,
    hasProjectsEnabled: true,
    hasDiscussionsEnabled: false,
    isArchived: repository.archived,
    isDisabled: false,
    isEmpty: async () => (await repository.git.refs('refs/heads/')).length === 0,
    isFork: false,
    isTemplate: false,
    isLocked: false,
    isMirror: false,
    isPrivate: repository.private,
    isInOrganization: repository.owner.type === 'Organization',
    visibility: repository.private ? 'PRIVATE' : 'PUBLIC',
  };
}

export function repositoryNode(call: ApiCall, repository: Repository): Node {
  const url = `${call.links.web}/${fullName(repository)}`;
  return {
    ...settingsOf(call, repository),
    ...issueFields(call, repository),
    ...gitFields(call, repository),
    __typename: 'Repository',
    id: nodeId('Repository', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(repository),
    owner: accountNode(call, repository.owner),
    description: repository.description,
    url,
    resourcePath: `/${fullName(repository)}`,
    sshUrl: `git@github.com:${fullName(repository)}.git`,
    homepageUrl: null,
    createdAt: repository.createdAt,
    updatedAt: repository.updatedAt,
    pushedAt: repository.pushedAt,
    parent: null,
    templateRepository: null,
    forkCount: 0,
    stargazerCount: 0,
    diskUsage: 24,
    licenseInfo: null,
    primaryLanguage: null,
    codeOfConduct: null,
    languages: empty,
    repositoryTopics: empty,
    watchers: empty,
    stargazers: empty,
    forks: empty,
    mirrorUrl: null,
    openGraphImageUrl: '',
    usesCustomOpenGraphImage: false,
  };
}
