import { diffFiles } from '../../git/diff-files.js';
import { GitHubError, notFound, unprocessable } from '../../http/github-error.js';
import type { Review } from '../../world/model.js';
import { mergePull, type MergeMethod } from '../../world/merge-pull.js';
import { openPull } from '../../world/open-issue.js';
import { closeIssue, isPull, pullsOf, syncPull, type Pull } from '../../world/pull-state.js';
import { moveRef } from '../../world/ref-rules.js';
import { signatureOf, webFlow } from '../../world/write-files.js';
import {
  created,
  noContent,
  ok,
  optionalText,
  requiredText,
  textList,
  type ApiCall,
  type JsonObject,
  type Reply,
} from '../api-call.js';
import { paginate } from '../paginate.js';
import { renderFullPull, renderPull, renderReview } from '../render/issue.js';
import { route } from '../route.js';
import { commitsOf, diffReply, renderCommits, renderDiffFile } from './commit-routes.js';

function pullByNumber(call: ApiCall): Pull {
  const issue = call.repository.issues.get(call.number('pull_number'));
  if (!issue || !isPull(issue)) throw notFound();
  return issue;
}

function matches(call: ApiCall, issue: Pull): boolean {
  const state = call.query.get('state') ?? 'open';
  const [head, base] = [call.query.get('head'), call.query.get('base')];
  if (state !== 'all' && issue.state !== state) return false;
  if (base !== null && issue.pull.base !== base) return false;
  return head === null || head === `${call.repository.owner.login}:${issue.pull.head}`;
}

async function createPull(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const issue = await openPull(call.world, call.repository, {
    title: requiredText(body, 'title', 'PullRequest'),
    body: optionalText(body, 'body') ?? null,
    author: call.account,
    base: requiredText(body, 'base', 'PullRequest'),
    head: requiredText(body, 'head', 'PullRequest'),
    draft: body.draft === true,
    maintainerCanModify: body.maintainer_can_modify !== false,
  });
  return created(await renderFullPull(call, issue));
}

async function commonBase(call: ApiCall, issue: Pull): Promise<string> {
  await syncPull(call.repository, issue);
  return (await call.repository.git.mergeBase(issue.pull.baseSha, issue.pull.headSha)) ?? issue.pull.baseSha;
}

async function getPull(call: ApiCall): Promise<Reply> {
  const issue = pullByNumber(call);
  if (!call.accepts('diff')) return ok(await renderFullPull(call, issue));
  return diffReply(await call.repository.git.text(['diff', await commonBase(call, issue), issue.pull.headSha]));
}

async function updatePull(call: ApiCall): Promise<Reply> {
  const issue = pullByNumber(call);
  const body = await call.body();
  issue.title = optionalText(body, 'title') ?? issue.title;
  issue.body = optionalText(body, 'body') ?? issue.body;
  const base = optionalText(body, 'base');
  if (base !== undefined) {
    if (!(await call.repository.git.refTarget(`refs/heads/${base}`))) {
      throw unprocessable('Validation Failed', [{ resource: 'PullRequest', field: 'base', code: 'invalid' }]);
    }
    issue.pull.base = base;
  }
  if (body.state === 'closed' && issue.state === 'open') closeIssue(call.world, issue, null);
  if (body.state === 'open' && issue.pull.merged === null) issue.state = 'open';
  issue.updatedAt = new Date().toISOString();
  return ok(await renderFullPull(call, issue));
}

const METHODS: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];

async function merge(call: ApiCall): Promise<Reply> {
  const issue = pullByNumber(call);
  const body = await call.body();
  const method = METHODS.find((name) => name === (body.merge_method ?? 'merge'));
  if (!method) throw unprocessable('Invalid merge method');
  const sha = await mergePull(call.world, call.repository, issue, {
    method,
    by: call.account,
    title: optionalText(body, 'commit_title'),
    message: optionalText(body, 'commit_message'),
    expectedHead: optionalText(body, 'sha'),
    workflows: call.has('workflows:write'),
  });
  return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
}

function isMerged(call: ApiCall): Reply {
  if (pullByNumber(call).pull.merged === null) throw notFound();
  return noContent();
}

async function listFiles(call: ApiCall): Promise<Reply> {
  const issue = pullByNumber(call);
  const files = await diffFiles(call.repository.git, await commonBase(call, issue), issue.pull.headSha);
  return paginate(call, files, (file) => renderDiffFile(call, issue.pull.headSha, file));
}

async function listPullCommits(call: ApiCall): Promise<Reply> {
  const issue = pullByNumber(call);
  const commits = await commitsOf(call, [
    '--reverse',
    '--max-count=250',
    issue.pull.headSha,
    `^${await commonBase(call, issue)}`,
  ]);
  return paginate(call, renderCommits(call, commits), (commit) => commit);
}

/** Merges the base into the head, as the button "Update branch" does. */
async function updateBranch(call: ApiCall): Promise<Reply> {
  const issue = pullByNumber(call);
  await syncPull(call.repository, issue);
  const { git } = call.repository;
  const { baseSha, headSha, head, base } = issue.pull;
  const expected = optionalText(await call.body(), 'expected_head_sha');
  if (expected !== undefined && expected !== headSha)
    throw unprocessable('expected head sha didn’t match current head ref.');
  const tree = await git.mergedTree(headSha, baseSha);
  if (tree === null) throw unprocessable('merge conflict between base and head');
  const by = { author: signatureOf(call.account), committer: webFlow() };
  const next = await git.writeCommit(tree, [headSha, baseSha], `Merge branch '${base}' into ${head}`, by);
  await moveRef(call.repository, {
    ref: `refs/heads/${head}`,
    old: headSha,
    next,
    force: false,
    workflows: call.has('workflows:write'),
  });
  return { status: 202, body: { message: 'Updating pull request branch.', url: call.exchange.url.pathname } };
}

async function requestReviewers(call: ApiCall): Promise<Reply> {
  const issue = pullByNumber(call);
  const logins = textList(await call.body(), 'reviewers') ?? [];
  const added = logins.map((login) => call.world.account(login));
  issue.pull.reviewers = [...new Set([...issue.pull.reviewers, ...added])];
  return created(await renderPull(call, issue));
}

const REVIEW_STATES: Record<string, Review['state']> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

async function createReview(call: ApiCall): Promise<Reply> {
  const issue = pullByNumber(call);
  const body = await call.body();
  const state = REVIEW_STATES[optionalText(body, 'event') ?? 'COMMENT'];
  if (!state) throw unprocessable('Variable $event of type PullRequestReviewEvent was provided invalid value');
  if (state === 'APPROVED' && issue.author === call.account)
    throw new GitHubError(422, 'Unprocessable Entity', ['Can not approve your own pull request']);
  const now = new Date().toISOString();
  const review: Review = {
    id: call.world.newId(),
    author: call.account,
    body: optionalText(body, 'body') ?? '',
    createdAt: now,
    updatedAt: now,
    state,
    commit: issue.pull.headSha,
  };
  issue.pull.reviews.push(review);
  return ok(renderReview(call, issue, review));
}

const toJson =
  (call: ApiCall) =>
  (issue: Pull): Promise<JsonObject> =>
    renderPull(call, issue);

export const pullRoutes = [
  route('GET /repos/{owner}/{repo}/pulls', ['pull_requests:read'], (call) =>
    paginate(
      call,
      pullsOf(call.repository)
        .filter((issue) => matches(call, issue))
        .reverse(),
      toJson(call),
    ),
  ),
  route('POST /repos/{owner}/{repo}/pulls', ['pull_requests:write'], createPull),
  route('GET /repos/{owner}/{repo}/pulls/{pull_number}', ['pull_requests:read'], getPull),
  route('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', ['pull_requests:write'], updatePull),
  route('GET /repos/{owner}/{repo}/pulls/{pull_number}/merge', ['pull_requests:read'], isMerged),
  route('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', ['contents:write'], merge),
  route('PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch', ['pull_requests:write'], updateBranch),
  route('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', ['pull_requests:read'], listFiles),
  route('GET /repos/{owner}/{repo}/pulls/{pull_number}/commits', ['pull_requests:read'], listPullCommits),
  route('GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', ['pull_requests:read'], () => ok([])),
  route(
    'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers',
    ['pull_requests:write'],
    requestReviewers,
  ),
  route('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', ['pull_requests:read'], (call) => {
    const issue = pullByNumber(call);
    return paginate(call, issue.pull.reviews, (review) => renderReview(call, issue, review));
  }),
  route('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', ['pull_requests:write'], createReview),
];
