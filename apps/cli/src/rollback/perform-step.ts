import { HoldshortError } from '@holdshort/errors';
import type { AgentApi } from './agent-api.js';
import type { GithubReader } from './github-reader.js';
import { numberOf, record } from './json-fields.js';
import type { Author } from './revert-repository.js';
import type { RevertRepositories } from './revert-repositories.js';
import {
  branchOf,
  isZero,
  NO_OBJECT,
  type RefStep,
  type RevertStep,
  type Step,
  type StepResult,
  type ThreadStep,
} from './rollback-plan.js';

export interface Performing {
  api: AgentApi;
  github: GithubReader;
  repositories: RevertRepositories;
  author: Author;
  /** The session that is rolled back, and the one that does it. */
  undoes: string;
  sessionId: string;
}

const changed = (what: string): HoldshortError =>
  new HoldshortError('upstream_refused', `${what} since the plan was made; plan again`);

/** Does one step if what it rests on is still so. Never throws: what keeps it from being done is its result. */
export async function performStep(step: Step, performing: Performing): Promise<StepResult> {
  try {
    return { n: step.n, done: true, ...(await perform(step, performing)) };
  } catch (thrown) {
    if (thrown instanceof HoldshortError) return { n: step.n, done: false, why: thrown.message };
    throw thrown;
  }
}

type Done = Pick<StepResult, 'pull'>;

async function perform(step: Step, performing: Performing): Promise<Done> {
  switch (step.action) {
    case 'restore_ref':
    case 'delete_ref':
    case 'recreate_ref':
      await moveRef(step, performing);
      return {};
    case 'revert_by_pull':
      return { pull: await proposeRevert(step, performing) };
    case 'close_pull':
    case 'reopen_pull':
    case 'close_issue':
    case 'reopen_issue':
      await setState(step, performing);
      return {};
    case 'delete_comment':
      await performing.api.send('DELETE', `/repos/${step.repo}/issues/comments/${step.id}`);
      return {};
  }
}

/** GitHub moves it only from `beforeOid`: nobody's push in between is lost. */
const UPDATE_REFS = 'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }';

async function moveRef(step: RefStep, { api, github }: Performing): Promise<void> {
  const { repo, ref, from, to } = step;
  await requirePlace(step, github);
  const { nodeId } = await github.repository(repo);
  const isForward = isZero(from) || isZero(to) || (await github.compare(repo, from, to))?.isContained === true;
  const update = { name: ref, beforeOid: from, afterOid: to, force: !isForward };
  await api.graphql(UPDATE_REFS, { input: { repositoryId: nodeId, refUpdates: [update] } });
}

async function requirePlace(step: { repo: string; ref: string; from: string }, github: GithubReader): Promise<void> {
  const now = (await github.refId(step.repo, step.ref)) ?? NO_OBJECT;
  if (now !== step.from) throw changed(`${step.ref} has moved`);
}

async function proposeRevert(step: RevertStep, performing: Performing): Promise<number | undefined> {
  const { github, repositories, author, api } = performing;
  await requirePlace(step, github);
  const repository = await repositories.of(step.repo);
  const reverted = await repository.revert({ tip: step.from, segments: step.segments });
  if ('conflicts' in reverted) throw changed(`${reverted.conflicts.join(', ')} changed`);
  const title = `Roll back session ${performing.undoes} in ${branchOf(step.ref)}`;
  const body = bodyOf(step, performing);
  const made = { tree: reverted.tree, parents: [step.from], message: `${title}\n\n${body}` };
  await repository.pushNew(await repository.commit(made, author), step.branch);
  const pull = { title, body, head: step.branch, base: branchOf(step.ref) };
  return numberOf(record(await api.send('POST', `/repos/${step.repo}/pulls`, pull)), 'number');
}

const bodyOf = ({ segments }: RevertStep, { undoes, sessionId }: Performing): string =>
  [
    `Takes back what Holdshort session ${undoes} changed here, and nothing that others did:`,
    ...segments.map(({ old, new: next }) => `- ${old}..${next}`),
    '',
    `Made by session ${sessionId}.`,
  ].join('\n');

const STATES = {
  close_pull: { thread: 'pulls', from: 'open', to: { state: 'closed' } },
  reopen_pull: { thread: 'pulls', from: 'closed', to: { state: 'open' } },
  close_issue: { thread: 'issues', from: 'open', to: { state: 'closed', state_reason: 'not_planned' } },
  reopen_issue: { thread: 'issues', from: 'closed', to: { state: 'open' } },
} as const;

async function setState({ action, repo, number }: ThreadStep, { api, github }: Performing): Promise<void> {
  const { thread, from, to } = STATES[action];
  // a pull request is an issue as well, and a merged one is closed
  const state = thread === 'pulls' ? (await github.pull(repo, number))?.state : await github.issueState(repo, number);
  if (state !== from) throw changed(`#${String(number)} is ${state ?? 'gone'}`);
  await api.send('PATCH', `/repos/${repo}/${thread}/${String(number)}`, to);
}
