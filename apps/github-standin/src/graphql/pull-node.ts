import { diffFiles } from '../git/diff-files.js';
import type { ApiCall } from '../rest/api-call.js';
import type { Repository, Review } from '../world/model.js';
import { nodeId } from '../world/node-id.js';
import { syncPull, type Pull } from '../world/pull-state.js';
import { accountNode } from './account-node.js';
import { connection, empty, type Node, type PageArguments } from './connection.js';
import { commitNode, refNode } from './git-node.js';
import { issueUrl, sharedFields } from './issue-node.js';
import { repositoryNode } from './repository-node.js';

function stateOf(issue: Pull): string {
  if (issue.pull.merged) return 'MERGED';
  return issue.state === 'open' ? 'OPEN' : 'CLOSED';
}

async function mergeable(repository: Repository, issue: Pull): Promise<boolean> {
  return (await repository.git.mergedTree(issue.pull.baseSha, issue.pull.headSha)) !== null;
}

async function changedFiles(repository: Repository, issue: Pull): ReturnType<typeof diffFiles> {
  const { baseSha, headSha } = issue.pull;
  return diffFiles(repository.git, (await repository.git.mergeBase(baseSha, headSha)) ?? baseSha, headSha);
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

async function commits(
  call: ApiCall,
  repository: Repository,
  place: { issue: Pull; page: PageArguments },
): Promise<Node> {
  const { baseSha, headSha } = place.issue.pull;
  const ids = (await repository.git.text(['rev-list', '--reverse', headSha, `^${baseSha}`]))
    .split('\n')
    .filter((id) => id !== '');
  return connection(ids, place.page, async (id) => {
    const commit = await repository.git.commitOf(id);
    return { commit: commit && commitNode(call, repository, commit), url: issueUrl(call, repository, place.issue) };
  });
}

export const reviewNode = (call: ApiCall, repository: Repository, review: Review): Node => ({
  __typename: 'PullRequestReview',
  id: nodeId('PullRequestReview', repository.id, review.id),
  author: accountNode(call, review.author),
  authorAssociation: 'CONTRIBUTOR',
  body: review.body,
  state: review.state,
  submittedAt: review.createdAt,
  createdAt: review.createdAt,
  includesCreatedEdit: false,
  reactionGroups: [],
  url: '',
  commit: { oid: review.commit },
});

function branchFields(call: ApiCall, repository: Repository, issue: Pull): Node {
  const { pull } = issue;
  const ref = async (branch: string): Promise<Node | null> => {
    const found = await repository.git.refTarget(`refs/heads/${branch}`);
    return found && refNode(call, repository, found);
  };
  const mergedCommit = async (): Promise<Node | null> => {
    const commit = pull.merged && (await repository.git.commitOf(pull.merged.sha));
    return commit && commitNode(call, repository, commit);
  };
  return {
    baseRefName: pull.base,
    baseRefOid: pull.baseSha,
    baseRef: () => ref(pull.base),
    baseRepository: () => repositoryNode(call, repository),
    headRefName: pull.head,
    headRefOid: pull.headSha,
    headRef: () => ref(pull.head),
    headRepository: () => repositoryNode(call, repository),
    headRepositoryOwner: accountNode(call, repository.owner),
    isCrossRepository: false,
    mergeCommit: mergedCommit,
    potentialMergeCommit: null,
    commits: (page: PageArguments) => commits(call, repository, { issue, page }),
  };
}

function mergeFields(call: ApiCall, repository: Repository, issue: Pull): Node {
  const { pull } = issue;
  const open = issue.state === 'open';
  return {
    merged: pull.merged !== null,
    mergedAt: pull.merged?.at ?? null,
    mergedBy: pull.merged && accountNode(call, pull.merged.by),
    mergeable: async () => (!open ? 'UNKNOWN' : (await mergeable(repository, issue)) ? 'MERGEABLE' : 'CONFLICTING'),
    mergeStateStatus: async () => (!open ? 'UNKNOWN' : (await mergeable(repository, issue)) ? 'CLEAN' : 'DIRTY'),
    autoMergeRequest: null,
    isInMergeQueue: false,
    isMergeQueueEnabled: false,
    maintainerCanModify: pull.maintainerCanModify,
    viewerCanEnableAutoMerge: false,
    viewerCanDeleteHeadRef: true,
  };
}

function reviewFields(call: ApiCall, repository: Repository, issue: Pull): Node {
  const { reviewers, reviews } = issue.pull;
  const render = (review: Review): Node => reviewNode(call, repository, review);
  return {
    reviewDecision: reviews.some(({ state }) => state === 'APPROVED') ? 'APPROVED' : null,
    reviewRequests: (page: PageArguments) =>
      connection(reviewers, page, (account) => ({ requestedReviewer: accountNode(call, account) })),
    reviews: (page: PageArguments) => connection(reviews, page, render),
    latestReviews: (page: PageArguments) => connection(reviews, page, render),
    latestOpinionatedReviews: (page: PageArguments) => connection(reviews, page, render),
    reviewThreads: empty,
    closingIssuesReferences: empty,
  };
}

export async function pullNode(call: ApiCall, repository: Repository, issue: Pull): Promise<Node> {
  await syncPull(repository, issue);
  const files = (): ReturnType<typeof diffFiles> => changedFiles(repository, issue);
  return {
    ...sharedFields(call, repository, issue),
    ...branchFields(call, repository, issue),
    ...mergeFields(call, repository, issue),
    ...reviewFields(call, repository, issue),
    __typename: 'PullRequest',
    id: nodeId('PullRequest', repository.id, issue.pull.id),
    databaseId: issue.pull.id,
    fullDatabaseId: String(issue.pull.id),
    state: stateOf(issue),
    isDraft: issue.pull.draft,
    permalink: issueUrl(call, repository, issue),
    additions: async () => sum((await files()).map((file) => file.additions)),
    deletions: async () => sum((await files()).map((file) => file.deletions)),
    changedFiles: async () => (await files()).length,
    files: async (page: PageArguments) =>
      connection(await files(), page, ({ path, additions, deletions, status }) => ({
        path,
        additions,
        deletions,
        changeType: status.toUpperCase(),
      })),
    statusCheckRollup: null,
  };
}
