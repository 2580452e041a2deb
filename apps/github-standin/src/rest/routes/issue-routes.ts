import { notFound, unprocessable } from '../../http/github-error.js';
import type { Comment, Issue, Label } from '../../world/model.js';
import { labelsNamed, openIssue } from '../../world/open-issue.js';
import { closeIssue } from '../../world/pull-state.js';
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
import { renderComment, renderIssue, renderLabel } from '../render/issue.js';
import { route } from '../route.js';

function issueByNumber(call: ApiCall): Issue {
  const issue = call.repository.issues.get(call.number('issue_number'));
  if (!issue) throw notFound();
  return issue;
}

/** Labels come as names or as objects with a name. */
function labelNames(body: JsonObject): string[] {
  const list = Array.isArray(body.labels) ? (body.labels as unknown[]) : [];
  return list.flatMap((entry) => {
    const name = typeof entry === 'object' && entry !== null ? (entry as JsonObject).name : entry;
    return typeof name === 'string' ? [name] : [];
  });
}

function listIssues(call: ApiCall): Promise<Reply> {
  const state = call.query.get('state') ?? 'open';
  const wanted = (call.query.get('labels') ?? '').split(',').filter((name) => name !== '');
  const issues = [...call.repository.issues.values()]
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => wanted.every((name) => issue.labels.some((label) => label.name === name)));
  return paginate(call, issues.reverse(), (issue) => renderIssue(call, issue));
}

async function createIssue(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const issue = openIssue(call.world, call.repository, {
    title: requiredText(body, 'title', 'Issue'),
    body: optionalText(body, 'body') ?? null,
    author: call.account,
    labels: labelNames(body),
    assignees: textList(body, 'assignees'),
  });
  return created(renderIssue(call, issue));
}

function changeState(call: ApiCall, issue: Issue, body: JsonObject): void {
  const { state } = body;
  if (state === 'closed' && issue.state === 'open') {
    closeIssue(call.world, issue, optionalText(body, 'state_reason') ?? 'completed');
  }
  if (state === 'open' && issue.state === 'closed' && !issue.pull?.merged) {
    Object.assign(issue, { state: 'open', stateReason: 'reopened', closedAt: null, closedBy: null });
  }
}

async function updateIssue(call: ApiCall): Promise<Reply> {
  const issue = issueByNumber(call);
  const body = await call.body();
  issue.title = optionalText(body, 'title') ?? issue.title;
  issue.body = optionalText(body, 'body') ?? issue.body;
  if (body.labels !== undefined) issue.labels = labelsNamed(call.world, call.repository, labelNames(body));
  const assignees = textList(body, 'assignees');
  if (assignees) issue.assignees = assignees.map((login) => call.world.account(login));
  changeState(call, issue, body);
  issue.updatedAt = new Date().toISOString();
  return ok(renderIssue(call, issue));
}

async function createComment(call: ApiCall): Promise<Reply> {
  const issue = issueByNumber(call);
  const now = new Date().toISOString();
  const comment: Comment = {
    id: call.world.newId(),
    author: call.account,
    byApp: call.actor.kind === 'installation',
    body: requiredText(await call.body(), 'body', 'IssueComment'),
    createdAt: now,
    updatedAt: now,
  };
  issue.comments.push(comment);
  return created(renderComment(call, issue, comment));
}

function commentById(call: ApiCall): { issue: Issue; comment: Comment } {
  const id = call.number('comment_id');
  for (const issue of call.repository.issues.values()) {
    const comment = issue.comments.find((entry) => entry.id === id);
    if (comment) return { issue, comment };
  }
  throw notFound();
}

async function updateComment(call: ApiCall): Promise<Reply> {
  const { issue, comment } = commentById(call);
  comment.body = requiredText(await call.body(), 'body', 'IssueComment');
  comment.updatedAt = new Date().toISOString();
  return ok(renderComment(call, issue, comment));
}

function deleteComment(call: ApiCall): Reply {
  const { issue, comment } = commentById(call);
  issue.comments = issue.comments.filter((entry) => entry !== comment);
  return noContent();
}

async function addLabels(call: ApiCall): Promise<Reply> {
  const issue = issueByNumber(call);
  const added = labelsNamed(call.world, call.repository, labelNames(await call.body()));
  issue.labels = [...new Set([...issue.labels, ...added])];
  return ok(issue.labels.map((label) => renderLabel(call, label)));
}

function removeLabel(call: ApiCall): Reply {
  const issue = issueByNumber(call);
  issue.labels = issue.labels.filter((label) => label.name !== call.param('name'));
  return ok(issue.labels.map((label) => renderLabel(call, label)));
}

async function createLabel(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const name = requiredText(body, 'name', 'Label');
  if (call.repository.labels.some((label) => label.name === name)) {
    throw unprocessable('Validation Failed', [{ resource: 'Label', field: 'name', code: 'already_exists' }]);
  }
  const label: Label = {
    id: call.world.newId(),
    name,
    color: optionalText(body, 'color') ?? 'ededed',
    description: optionalText(body, 'description') ?? null,
  };
  call.repository.labels.push(label);
  return created(renderLabel(call, label));
}

async function lock(call: ApiCall): Promise<Reply> {
  await call.body();
  issueByNumber(call).locked = call.exchange.req.method === 'PUT';
  return noContent();
}

const READ = ['issues:read', 'pull_requests:read'];
const WRITE = ['issues:write', 'pull_requests:write'];

export const issueRoutes = [
  route('GET /repos/{owner}/{repo}/issues', ['issues:read'], listIssues),
  route('POST /repos/{owner}/{repo}/issues', ['issues:write'], createIssue),
  route('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', READ, (call) => {
    const { issue, comment } = commentById(call);
    return ok(renderComment(call, issue, comment));
  }),
  route('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', WRITE, updateComment),
  route('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', WRITE, deleteComment),
  route('GET /repos/{owner}/{repo}/issues/{issue_number}', READ, (call) => ok(renderIssue(call, issueByNumber(call)))),
  route('PATCH /repos/{owner}/{repo}/issues/{issue_number}', WRITE, updateIssue),
  route('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', READ, (call) => {
    const issue = issueByNumber(call);
    return paginate(call, issue.comments, (comment) => renderComment(call, issue, comment));
  }),
  route('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', WRITE, createComment),
  route('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', READ, (call) =>
    paginate(call, issueByNumber(call).labels, (label) => renderLabel(call, label)),
  ),
  route('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', WRITE, addLabels),
  route('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', WRITE, removeLabel),
  route('PUT /repos/{owner}/{repo}/issues/{issue_number}/lock', ['issues:write'], lock),
  route('DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock', ['issues:write'], lock),
  route('GET /repos/{owner}/{repo}/labels', READ, (call) =>
    paginate(call, call.repository.labels, (label) => renderLabel(call, label)),
  ),
  route('POST /repos/{owner}/{repo}/labels', WRITE, createLabel),
  route('GET /repos/{owner}/{repo}/labels/{name}', READ, (call) => {
    const label = call.repository.labels.find(({ name }) => name === call.param('name'));
    if (!label) throw notFound();
    return ok(renderLabel(call, label));
  }),
];
