import { tokenOf } from '../access/actor.js';
import { covers } from '../access/permissions.js';
import type { ApiCall } from '../rest/api-call.js';
import type { Account, Repository, Review } from '../world/model.js';
import { mergePull, type MergeMethod } from '../world/merge-pull.js';
import { openPull } from '../world/open-issue.js';
import { closeIssue, type Pull } from '../world/pull-state.js';
import { decodeNodeId } from '../world/node-id.js';
import { accountNode } from './account-node.js';
import type { Node } from './connection.js';
import { pullOfNode, repositoryOfNode } from './find-node.js';
import { GraphqlProblem } from './graphql-problem.js';
import { pullNode, reviewNode } from './pull-node.js';
import { requirePermission } from './repository-node.js';

export interface Input {
  clientMutationId?: string | null;
}

type Mutation<T> = (args: { input: T & Input }) => Promise<Node>;

const PULLS = ['pull_requests:write'];

/** Whether the caller's token has `workflows: write`. */
export const mayWriteWorkflows = (call: ApiCall): boolean =>
  covers(tokenOf(call.actor)?.permissions ?? {}, 'workflows:write');

interface CreateInput {
  repositoryId: string;
  baseRefName: string;
  headRefName: string;
  title: string;
  body?: string | null;
  draft?: boolean | null;
  maintainerCanModify?: boolean | null;
}

const payload = async (call: ApiCall, place: { repository: Repository; issue: Pull }, input: Input): Promise<Node> => ({
  clientMutationId: input.clientMutationId ?? null,
  actor: accountNode(call, call.account),
  pullRequest: await pullNode(call, place.repository, place.issue),
});

const createPullRequest =
  (call: ApiCall): Mutation<CreateInput> =>
  async ({ input }) => {
    const repository = repositoryOfNode(call, input.repositoryId);
    requirePermission(call, repository, PULLS);
    const issue = await openPull(call.world, repository, {
      title: input.title,
      body: input.body ?? null,
      author: call.account,
      base: input.baseRefName.replace('refs/heads/', ''),
      head: input.headRefName.replace('refs/heads/', ''),
      draft: input.draft === true,
      maintainerCanModify: input.maintainerCanModify !== false,
    });
    return payload(call, { repository, issue }, input);
  };

interface MergeInput {
  pullRequestId: string;
  mergeMethod?: string | null;
  commitHeadline?: string | null;
  commitBody?: string | null;
  expectedHeadOid?: string | null;
}

const mergePullRequest =
  (call: ApiCall): Mutation<MergeInput> =>
  async ({ input }) => {
    const place = pullOfNode(call, input.pullRequestId);
    requirePermission(call, place.repository, ['contents:write']);
    await mergePull(call.world, place.repository, place.issue, {
      method: (input.mergeMethod ?? 'MERGE').toLowerCase() as MergeMethod,
      by: call.account,
      title: input.commitHeadline ?? undefined,
      message: input.commitBody ?? undefined,
      expectedHead: input.expectedHeadOid ?? undefined,
      workflows: mayWriteWorkflows(call),
    });
    return payload(call, place, input);
  };

interface PullInput {
  pullRequestId: string;
}

/** A mutation of one pull request that changes nothing but its record. */
const change =
  <T extends PullInput>(call: ApiCall, apply: (issue: Pull, input: T) => void): Mutation<T> =>
  async ({ input }) => {
    const place = pullOfNode(call, input.pullRequestId);
    requirePermission(call, place.repository, PULLS);
    apply(place.issue, input);
    place.issue.updatedAt = new Date().toISOString();
    return payload(call, place, input);
  };

interface UpdateInput extends PullInput {
  title?: string | null;
  body?: string | null;
  baseRefName?: string | null;
  state?: string | null;
}

function update(call: ApiCall, issue: Pull, input: UpdateInput): void {
  issue.title = input.title ?? issue.title;
  issue.body = input.body ?? issue.body;
  issue.pull.base = input.baseRefName ?? issue.pull.base;
  if (input.state === 'CLOSED' && issue.state === 'open') closeIssue(call.world, issue, null);
  if (input.state === 'OPEN' && !issue.pull.merged) issue.state = 'open';
}

interface RequestInput extends PullInput {
  userIds?: string[] | null;
}

function requestReviews(call: ApiCall, issue: Pull, input: RequestInput): void {
  const wanted = (input.userIds ?? []).map((id) => decodeNodeId(id)?.parts[0]);
  const people = [...call.world.accounts.values()].filter((account: Account) => wanted.includes(account.id));
  issue.pull.reviewers = [...new Set([...issue.pull.reviewers, ...people])];
}

interface ReviewInput extends PullInput {
  body?: string | null;
  event?: string | null;
}

const STATES: Record<string, Review['state']> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

const addReview =
  (call: ApiCall): Mutation<ReviewInput> =>
  async ({ input }) => {
    const { repository, issue } = pullOfNode(call, input.pullRequestId);
    requirePermission(call, repository, PULLS);
    const state = STATES[input.event ?? 'COMMENT'] ?? 'COMMENTED';
    if (state === 'APPROVED' && issue.author === call.account) {
      throw new GraphqlProblem('UNPROCESSABLE', 'Can not approve your own pull request');
    }
    const now = new Date().toISOString();
    const review: Review = {
      id: call.world.newId(),
      author: call.account,
      body: input.body ?? '',
      createdAt: now,
      updatedAt: now,
      state,
      commit: issue.pull.headSha,
    };
    issue.pull.reviews.push(review);
    return Promise.resolve({
      clientMutationId: input.clientMutationId ?? null,
      pullRequestReview: reviewNode(call, repository, review),
    });
  };

/** GitHub's answer where the repository does not allow auto-merge, as none here does. */
const enableAutoMerge =
  (call: ApiCall): Mutation<PullInput> =>
  ({ input }) => {
    const { repository } = pullOfNode(call, input.pullRequestId);
    requirePermission(call, repository, PULLS);
    throw new GraphqlProblem('UNPROCESSABLE', 'Pull request Auto merge is not allowed for this repository');
  };

export const pullMutations = (call: ApiCall): Node => ({
  createPullRequest: createPullRequest(call),
  mergePullRequest: mergePullRequest(call),
  closePullRequest: change(call, (issue) => {
    closeIssue(call.world, issue, null);
  }),
  reopenPullRequest: change(call, (issue) => {
    issue.state = issue.pull.merged ? 'closed' : 'open';
  }),
  updatePullRequest: change<UpdateInput>(call, (issue, input) => {
    update(call, issue, input);
  }),
  requestReviews: change<RequestInput>(call, (issue, input) => {
    requestReviews(call, issue, input);
  }),
  markPullRequestReadyForReview: change(call, (issue) => {
    issue.pull.draft = false;
  }),
  convertPullRequestToDraft: change(call, (issue) => {
    issue.pull.draft = true;
  }),
  addPullRequestReview: addReview(call),
  enablePullRequestAutoMerge: enableAutoMerge(call),
});
