import type { ApiCall } from '../rest/api-call.js';
import type { Comment, Label } from '../world/model.js';
import { decodeNodeId } from '../world/node-id.js';
import { openIssue } from '../world/open-issue.js';
import { closeIssue } from '../world/pull-state.js';
import type { Node } from './connection.js';
import { issueOfNode, repositoryOfNode } from './find-node.js';
import { commentNode, issueNode } from './issue-node.js';
import type { Input } from './pull-mutations.js';
import { anyIssueNode, requirePermission } from './repository-node.js';

const ISSUES = ['issues:write'];
const EITHER = ['issues:write', 'pull_requests:write'];

interface CreateInput extends Input {
  repositoryId: string;
  title: string;
  body?: string | null;
  labelIds?: string[] | null;
}

function createIssue(call: ApiCall, input: CreateInput): Node {
  const repository = repositoryOfNode(call, input.repositoryId);
  requirePermission(call, repository, ISSUES);
  const ids = (input.labelIds ?? []).map((id) => decodeNodeId(id)?.parts[0]);
  const issue = openIssue(call.world, repository, {
    title: input.title,
    body: input.body ?? null,
    author: call.account,
  });
  issue.labels = repository.labels.filter(({ id }) => ids.includes(id));
  return { clientMutationId: input.clientMutationId ?? null, issue: issueNode(call, repository, issue) };
}

function addComment(call: ApiCall, input: Input & { subjectId: string; body: string }): Node {
  const { repository, issue } = issueOfNode(call, input.subjectId);
  requirePermission(call, repository, EITHER);
  const now = new Date().toISOString();
  const comment: Comment = {
    id: call.world.newId(),
    author: call.account,
    body: input.body,
    createdAt: now,
    updatedAt: now,
  };
  issue.comments.push(comment);
  const node = commentNode(call, repository, { issue, comment });
  return {
    clientMutationId: input.clientMutationId ?? null,
    commentEdge: { cursor: '', node },
    subject: () => anyIssueNode(call, repository, issue),
  };
}

function setIssueState(
  call: ApiCall,
  input: Input & { issueId: string; stateReason?: string | null },
  state: 'open' | 'closed',
): Node {
  const { repository, issue } = issueOfNode(call, input.issueId);
  requirePermission(call, repository, ISSUES);
  if (state === 'closed') closeIssue(call.world, issue, (input.stateReason ?? 'COMPLETED').toLowerCase());
  else Object.assign(issue, { state, closedAt: null, closedBy: null, stateReason: 'reopened' });
  return { clientMutationId: input.clientMutationId ?? null, issue: issueNode(call, repository, issue) };
}

function changeLabels(
  call: ApiCall,
  input: Input & { labelableId: string; labelIds: string[] },
  next: (now: Label[], named: Label[]) => Label[],
): Node {
  const { repository, issue } = issueOfNode(call, input.labelableId);
  requirePermission(call, repository, EITHER);
  const ids = input.labelIds.map((id) => decodeNodeId(id)?.parts[0]);
  issue.labels = next(
    issue.labels,
    repository.labels.filter(({ id }) => ids.includes(id)),
  );
  return { clientMutationId: input.clientMutationId ?? null, labelable: () => anyIssueNode(call, repository, issue) };
}

type Args<T> = { input: T };

export const issueMutations = (call: ApiCall): Node => ({
  createIssue: ({ input }: Args<CreateInput>) => createIssue(call, input),
  addComment: ({ input }: Args<Input & { subjectId: string; body: string }>) => addComment(call, input),
  closeIssue: ({ input }: Args<Input & { issueId: string }>) => setIssueState(call, input, 'closed'),
  reopenIssue: ({ input }: Args<Input & { issueId: string }>) => setIssueState(call, input, 'open'),
  addLabelsToLabelable: ({ input }: Args<Input & { labelableId: string; labelIds: string[] }>) =>
    changeLabels(call, input, (now, named) => [...new Set([...now, ...named])]),
  removeLabelsFromLabelable: ({ input }: Args<Input & { labelableId: string; labelIds: string[] }>) =>
    changeLabels(call, input, (now, named) => now.filter((label) => !named.includes(label))),
});
