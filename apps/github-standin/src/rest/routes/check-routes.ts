import { GitHubError, notFound, unprocessable } from '../../http/github-error.js';
import type { CheckRun, CommitStatus } from '../../world/checks.js';
import {
  created,
  objectField,
  ok,
  optionalText,
  requiredText,
  type ApiCall,
  type JsonObject,
  type Reply,
} from '../api-call.js';
import { paginate } from '../paginate.js';
import { renderAccount } from '../render/account.js';
import { repositoryUrl } from '../render/repository.js';
import { route } from '../route.js';

const STATES = ['error', 'failure', 'pending', 'success'];
const CONCLUSIONS = [...['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out']];
/** https://docs.github.com/en/rest/commits/statuses: more for one commit and context are refused. */
const MAX_STATUSES = 1000;
const MAX_DESCRIPTION = 140;

async function commitIdOf(call: ApiCall, name: string): Promise<string> {
  const commit = await call.repository.git.commitOf(name.replace(/^(refs\/)?heads\//, ''));
  if (!commit) throw new GitHubError(422, `No commit found for SHA: ${name}`);
  return commit.id;
}

const renderStatus = (call: ApiCall, status: CommitStatus): JsonObject => ({
  id: status.id,
  url: `${repositoryUrl(call.links, call.repository)}/statuses/${status.sha}`,
  state: status.state,
  description: status.description,
  target_url: status.targetUrl,
  context: status.context,
  creator: renderAccount(call.links, status.creator),
  created_at: status.createdAt,
  updated_at: status.createdAt,
});

async function createStatus(call: ApiCall): Promise<Reply> {
  const sha = await commitIdOf(call, call.param('sha'));
  const body = await call.body();
  const state = requiredText(body, 'state', 'Status');
  if (!STATES.includes(state))
    throw unprocessable('Validation Failed', [{ resource: 'Status', field: 'state', code: 'custom' }]);
  const description = optionalText(body, 'description') ?? null;
  if ((description?.length ?? 0) > MAX_DESCRIPTION)
    throw unprocessable('Validation Failed', [{ resource: 'Status', field: 'description', code: 'custom' }]);
  const { statuses } = call.repository;
  const context = optionalText(body, 'context') ?? 'default';
  if (statuses.filter((one) => one.sha === sha && one.context === context).length >= MAX_STATUSES)
    throw unprocessable('Validation Failed', [{ resource: 'Status', code: 'custom' }]);
  const status: CommitStatus = {
    ...{ id: call.world.newId(), sha, context, state, description, creator: call.account },
    targetUrl: optionalText(body, 'target_url') ?? null,
    createdAt: new Date().toISOString(),
  };
  statuses.push(status);
  return created(renderStatus(call, status));
}

const statusesOf = (call: ApiCall, sha: string): CommitStatus[] =>
  call.repository.statuses.filter((one) => one.sha === sha).reverse();

async function listStatuses(call: ApiCall): Promise<Reply> {
  const commit = await call.repository.git.commitOf(call.param('ref'));
  if (!commit) throw notFound();
  return paginate(call, statusesOf(call, commit.id), (status) => renderStatus(call, status));
}

/** The newest of each context; one that failed makes the whole a failure, one that is pending keeps it so. */
async function combinedStatus(call: ApiCall): Promise<Reply> {
  const commit = await call.repository.git.commitOf(call.param('ref'));
  if (!commit) throw notFound();
  const newest = new Map(
    statusesOf(call, commit.id)
      .reverse()
      .map((status) => [status.context, status]),
  );
  const states = [...newest.values()].map(({ state }) => state);
  const failed = states.some((state) => state === 'failure' || state === 'error');
  const isPending = states.length === 0 || states.includes('pending');
  return ok({
    state: failed ? 'failure' : isPending ? 'pending' : 'success',
    statuses: [...newest.values()].map((status) => renderStatus(call, status)),
    sha: commit.id,
    total_count: newest.size,
  });
}

const renderRun = (call: ApiCall, run: CheckRun): JsonObject => ({
  id: run.id,
  head_sha: run.headSha,
  external_id: run.externalId,
  url: `${repositoryUrl(call.links, call.repository)}/check-runs/${String(run.id)}`,
  details_url: run.detailsUrl,
  name: run.name,
  status: run.status,
  conclusion: run.conclusion,
  started_at: run.startedAt,
  completed_at: run.completedAt,
  output: { ...run.output, text: null, annotations_count: 0 },
  app: {
    id: call.world.app.id,
    client_id: call.world.app.clientId,
    slug: call.world.app.slug,
    name: call.world.app.name,
  },
  pull_requests: [],
});

/** Check runs are an App's alone. */
async function createCheckRun(call: ApiCall): Promise<Reply> {
  if (call.actor.kind !== 'installation')
    throw new GitHubError(403, 'Resource not accessible by personal access token');
  const body = await call.body();
  const headSha = await commitIdOf(call, requiredText(body, 'head_sha', 'CheckRun'));
  const name = requiredText(body, 'name', 'CheckRun');
  const conclusion = optionalText(body, 'conclusion') ?? null;
  if (conclusion !== null && !CONCLUSIONS.includes(conclusion))
    throw unprocessable('Invalid request.\n\n"conclusion" is not a known one.');
  const now = new Date().toISOString();
  const output = objectField(body, 'output');
  const run: CheckRun = {
    ...{ id: call.world.newId(), headSha, name, conclusion, startedAt: now },
    status: conclusion === null ? (optionalText(body, 'status') ?? 'queued') : 'completed',
    externalId: optionalText(body, 'external_id') ?? '',
    detailsUrl: optionalText(body, 'details_url') ?? null,
    output: { title: optionalText(output, 'title') ?? null, summary: optionalText(output, 'summary') ?? null },
    completedAt: conclusion === null ? null : now,
  };
  call.repository.checkRuns.push(run);
  return created(renderRun(call, run));
}

/** Newest first; `filter=latest`, the default, shows one of each name. */
async function listCheckRuns(call: ApiCall): Promise<Reply> {
  const sha = await commitIdOf(call, call.param('ref'));
  const name = call.query.get('check_name');
  const all = call.repository.checkRuns
    .filter((run) => run.headSha === sha && (name === null || run.name === name))
    .reverse();
  const latest = all.filter((run, index) => all.findIndex((other) => other.name === run.name) === index);
  const shown = call.query.get('filter') === 'all' ? all : latest;
  const page = await paginate(call, shown, (run) => renderRun(call, run));
  return { ...page, body: { total_count: shown.length, check_runs: page.body } };
}

export const checkRoutes = [
  route('POST /repos/{owner}/{repo}/statuses/{sha}', ['statuses:write'], createStatus),
  route('GET /repos/{owner}/{repo}/commits/{+ref}/statuses', ['statuses:read'], listStatuses),
  route('GET /repos/{owner}/{repo}/commits/{+ref}/status', ['statuses:read'], combinedStatus),
  route('POST /repos/{owner}/{repo}/check-runs', ['checks:write'], createCheckRun),
  route('GET /repos/{owner}/{repo}/commits/{+ref}/check-runs', ['checks:read'], listCheckRuns),
];
