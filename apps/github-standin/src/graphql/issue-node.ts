import type { ApiCall } from '../rest/api-call.js';
import { fullName, type Comment, type Issue, type Label, type Repository } from '../world/model.js';
import { nodeId } from '../world/node-id.js';
import { accountNode } from './account-node.js';
import { connection, empty, type Node, type PageArguments } from './connection.js';
import { repositoryNode } from './repository-node.js';

const REACTIONS = ['THUMBS_UP', 'THUMBS_DOWN', 'LAUGH', 'HOORAY', 'CONFUSED', 'HEART', 'ROCKET', 'EYES'];

const reactionGroups = (): Node[] => REACTIONS.map((content) => ({ content, users: empty(), reactors: empty() }));

export const labelNode = (label: Label): Node => ({
  __typename: 'Label',
  id: nodeId('Label', label.id),
  name: label.name,
  color: label.color,
  description: label.description,
  isDefault: false,
  createdAt: '2026-01-05T09:00:00Z',
  updatedAt: '2026-01-05T09:00:00Z',
  url: '',
});

export const issueUrl = (call: ApiCall, repository: Repository, issue: Issue): string =>
  `${call.links.web}/${fullName(repository)}/${issue.pull ? 'pull' : 'issues'}/${String(issue.number)}`;

export function commentNode(call: ApiCall, repository: Repository, place: { issue: Issue; comment: Comment }): Node {
  const { issue, comment } = place;
  return {
    __typename: 'IssueComment',
    id: nodeId('IssueComment', repository.id, comment.id),
    databaseId: comment.id,
    author: accountNode(call, comment.author),
    authorAssociation: 'CONTRIBUTOR',
    body: comment.body,
    bodyText: comment.body,
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    includesCreatedEdit: comment.createdAt !== comment.updatedAt,
    isMinimized: false,
    minimizedReason: null,
    reactionGroups: reactionGroups(),
    viewerDidAuthor: true,
    url: `${issueUrl(call, repository, issue)}#issuecomment-${String(comment.id)}`,
  };
}

/** What issues and pull requests share. */
export function sharedFields(call: ApiCall, repository: Repository, issue: Issue): Node {
  const url = issueUrl(call, repository, issue);
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    bodyText: issue.body ?? '',
    author: accountNode(call, issue.author),
    authorAssociation: 'CONTRIBUTOR',
    closed: issue.state === 'closed',
    closedAt: issue.closedAt,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    locked: issue.locked,
    activeLockReason: null,
    url,
    resourcePath: new URL(url).pathname,
    labels: (page: PageArguments) => connection(issue.labels, page, labelNode),
    assignees: (page: PageArguments) => connection(issue.assignees, page, (account) => accountNode(call, account)),
    comments: (page: PageArguments) =>
      connection(issue.comments, page, (comment) => commentNode(call, repository, { issue, comment })),
    participants: (page: PageArguments) => connection([issue.author], page, (account) => accountNode(call, account)),
    milestone: null,
    projectCards: empty,
    projectItems: empty,
    timelineItems: empty,
    reactionGroups: reactionGroups(),
    viewerDidAuthor: issue.author === call.account,
    viewerCanUpdate: true,
    repository: () => repositoryNode(call, repository),
  };
}

export function issueNode(call: ApiCall, repository: Repository, issue: Issue): Node {
  return {
    ...sharedFields(call, repository, issue),
    __typename: 'Issue',
    id: nodeId('Issue', repository.id, issue.id),
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    state: issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
    isPinned: false,
  };
}
