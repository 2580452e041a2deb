import { fullName, type Comment, type Issue, type Label, type Review } from '../../world/model.js';
import { nodeId } from '../../world/node-id.js';
import { syncPull, type Pull } from '../../world/pull-state.js';
import type { ApiCall, JsonObject } from '../api-call.js';
import { renderAccount } from './account.js';
import { renderRepository, repositoryUrl } from './repository.js';

const shortTime = (time: string | null): string | null => time && time.replace(/\.\d+Z$/, 'Z');

export const renderLabel = (call: ApiCall, label: Label): JsonObject => ({
  id: label.id,
  node_id: nodeId('Label', label.id),
  url: `${repositoryUrl(call.links, call.repository)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name,
  color: label.color,
  default: false,
  description: label.description,
});

/** GitHub's address of an issue or pull request for people. */
export const webUrl = (call: ApiCall, issue: Issue): string =>
  `${call.links.web}/${fullName(call.repository)}/${issue.pull ? 'pull' : 'issues'}/${String(issue.number)}`;

function shared(call: ApiCall, issue: Issue): JsonObject {
  const api = repositoryUrl(call.links, call.repository);
  const number = String(issue.number);
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body,
    user: renderAccount(call.links, issue.author),
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: null,
    assignee: issue.assignees[0] ? renderAccount(call.links, issue.assignees[0]) : null,
    assignees: issue.assignees.map((account) => renderAccount(call.links, account)),
    labels: issue.labels.map((label) => renderLabel(call, label)),
    milestone: null,
    comments: issue.comments.length,
    created_at: shortTime(issue.createdAt),
    updated_at: shortTime(issue.updatedAt),
    closed_at: shortTime(issue.closedAt),
    author_association: 'CONTRIBUTOR',
    html_url: webUrl(call, issue),
    comments_url: `${api}/issues/${number}/comments`,
  };
}

export function renderIssue(call: ApiCall, issue: Issue): JsonObject {
  const api = repositoryUrl(call.links, call.repository);
  const number = String(issue.number);
  return {
    ...shared(call, issue),
    id: issue.id,
    node_id: issue.pull ? pullNodeId(call, issue as Pull) : nodeId('Issue', call.repository.id, issue.id),
    url: `${api}/issues/${number}`,
    repository_url: api,
    labels_url: `${api}/issues/${number}/labels{/name}`,
    events_url: `${api}/issues/${number}/events`,
    state_reason: issue.stateReason,
    closed_by: issue.closedBy && renderAccount(call.links, issue.closedBy),
    ...(issue.pull
      ? {
          pull_request: {
            url: `${api}/pulls/${number}`,
            html_url: webUrl(call, issue),
            merged_at: shortTime(issue.pull.merged?.at ?? null),
          },
        }
      : {}),
  };
}

const pullNodeId = (call: ApiCall, issue: Pull): string => nodeId('PullRequest', call.repository.id, issue.pull.id);

const side = (call: ApiCall, ref: string, sha: string): JsonObject => ({
  label: `${call.repository.owner.login}:${ref}`,
  ref,
  sha,
  user: renderAccount(call.links, call.repository.owner),
  repo: renderRepository(call, call.repository),
});

/** GitHub's "pull request simple": without what costs a merge to know. */
export async function renderPull(call: ApiCall, issue: Pull): Promise<JsonObject> {
  await syncPull(call.repository, issue);
  const { pull } = issue;
  const url = `${repositoryUrl(call.links, call.repository)}/pulls/${String(issue.number)}`;
  const web = webUrl(call, issue);
  return {
    ...shared(call, issue),
    id: pull.id,
    node_id: pullNodeId(call, issue),
    url,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: url.replace('/pulls/', '/issues/'),
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    statuses_url: `${repositoryUrl(call.links, call.repository)}/statuses/${pull.headSha}`,
    draft: pull.draft,
    merged_at: shortTime(pull.merged?.at ?? null),
    merge_commit_sha: pull.merged?.sha ?? null,
    requested_reviewers: pull.reviewers.map((account) => renderAccount(call.links, account)),
    requested_teams: [],
    head: side(call, pull.head, pull.headSha),
    base: side(call, pull.base, pull.baseSha),
    auto_merge: null,
    _links: { self: { href: url }, html: { href: web } },
  };
}

/** GitHub's "pull request" with what git knows of it. */
export async function renderFullPull(call: ApiCall, issue: Pull): Promise<JsonObject> {
  const body = await renderPull(call, issue);
  const { git } = call.repository;
  const { pull } = issue;
  const open = issue.state === 'open';
  const mergeable = open ? (await git.mergedTree(pull.baseSha, pull.headSha)) !== null : null;
  const common = (await git.mergeBase(pull.baseSha, pull.headSha)) ?? pull.baseSha;
  const stat = await git.text(['diff', '--shortstat', common, pull.headSha]);
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(stat)?.[1] ?? 0);
  return {
    ...body,
    merged: pull.merged !== null,
    merged_by: pull.merged && renderAccount(call.links, pull.merged.by),
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeable === false ? 'dirty' : 'clean',
    maintainer_can_modify: pull.maintainerCanModify,
    review_comments: 0,
    commits: Number(await git.text(['rev-list', '--count', pull.headSha, `^${common}`])),
    additions: count('insertion'),
    deletions: count('deletion'),
    changed_files: count('file'),
  };
}

export function renderComment(call: ApiCall, issue: Issue, comment: Comment): JsonObject {
  const api = repositoryUrl(call.links, call.repository);
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', call.repository.id, comment.id),
    url: `${api}/issues/comments/${String(comment.id)}`,
    html_url: `${webUrl(call, issue)}#issuecomment-${String(comment.id)}`,
    issue_url: `${api}/issues/${String(issue.number)}`,
    body: comment.body,
    user: renderAccount(call.links, comment.author),
    created_at: shortTime(comment.createdAt),
    updated_at: shortTime(comment.updatedAt),
    author_association: 'CONTRIBUTOR',
    performed_via_github_app: comment.byApp ? renderIntegration(call) : null,
  };
}

/** GitHub's "integration". */
const renderIntegration = ({ world: { app } }: ApiCall): JsonObject => ({
  ...{ id: app.id, client_id: app.clientId, slug: app.slug, name: app.name },
});

export const renderReview = (call: ApiCall, issue: Issue, review: Review): JsonObject => ({
  id: review.id,
  node_id: nodeId('PullRequestReview', call.repository.id, review.id),
  user: renderAccount(call.links, review.author),
  body: review.body,
  state: review.state,
  html_url: `${webUrl(call, issue)}#pullrequestreview-${String(review.id)}`,
  pull_request_url: `${repositoryUrl(call.links, call.repository)}/pulls/${String(issue.number)}`,
  submitted_at: shortTime(review.createdAt),
  commit_id: review.commit,
  author_association: 'CONTRIBUTOR',
});
