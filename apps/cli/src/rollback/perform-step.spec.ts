import { HoldshortError } from '@holdshort/errors';
import type { AgentApi } from './agent-api.js';
import type { GithubReader } from './github-reader.js';
import { performStep, type Performing } from './perform-step.js';
import type { RevertRepositories } from './revert-repositories.js';
import type { StepBody } from './rollback-plan.js';

const [A, B, C] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];
const NONE = '0'.repeat(40);
const place = { repo: 'acme/app', ref: 'refs/heads/x' };

/** GitHub with one branch, one pull request and one issue; `calls` is what was written to it. */
function github(state: { ref?: string; pull?: string; issue?: string; isForward?: boolean; refuses?: string }) {
  const calls: unknown[] = [];
  const send = (...call: unknown[]): Promise<unknown> => {
    if (state.refuses !== undefined) return Promise.reject(new HoldshortError('policy_forbids', state.refuses));
    calls.push(call);
    return Promise.resolve({ number: 12 });
  };
  const reader = {
    repository: () => Promise.resolve({ nodeId: 'R_1', defaultBranch: 'main' }),
    refId: () => Promise.resolve(state.ref),
    compare: () => Promise.resolve({ isContained: state.isForward === true }),
    pull: () => Promise.resolve(state.pull === undefined ? undefined : { state: state.pull }),
    issueState: () => Promise.resolve(state.issue),
  };
  const repository = {
    revert: () => Promise.resolve({ tree: C, changes: true }),
    commit: (made: { parents: string[] }) => Promise.resolve(`commit on ${made.parents.join()}`),
    pushNew: (...push: unknown[]) => Promise.resolve(void calls.push(['push', ...push])),
  };
  const performing = {
    api: {
      send,
      graphql: (_query: string, { input }: { input: unknown }) => send('updateRefs', input),
    } as unknown as AgentApi,
    github: reader as unknown as GithubReader,
    repositories: { of: () => Promise.resolve(repository) } as unknown as RevertRepositories,
    author: { name: 'alice', email: 'alice@example.test' },
    undoes: 'ses_1',
    sessionId: 'ses_2',
  } satisfies Performing;
  const perform = (step: StepBody) => performStep({ n: 1, others: [], ...step }, performing);
  return { calls, perform };
}

const moved = (beforeOid: string, afterOid: string, force: boolean) => [
  ['updateRefs', { repositoryId: 'R_1', refUpdates: [{ name: place.ref, beforeOid, afterOid, force }] }],
];

it.each<[StepBody, Parameters<typeof github>[0], unknown[]]>([
  [{ action: 'restore_ref', ...place, from: B, to: A }, { ref: B }, moved(B, A, true)],
  [{ action: 'restore_ref', ...place, from: B, to: A }, { ref: B, isForward: true }, moved(B, A, false)],
  [{ action: 'delete_ref', ...place, from: B, to: NONE }, { ref: B }, moved(B, NONE, false)],
  [{ action: 'recreate_ref', ...place, from: NONE, to: A }, {}, moved(NONE, A, false)],
  [
    { action: 'close_pull', repo: 'acme/app', number: 7 },
    { pull: 'open' },
    [['PATCH', '/repos/acme/app/pulls/7', { state: 'closed' }]],
  ],
  [
    { action: 'reopen_issue', repo: 'acme/app', number: 8 },
    { issue: 'closed' },
    [['PATCH', '/repos/acme/app/issues/8', { state: 'open' }]],
  ],
  [{ action: 'delete_comment', repo: 'acme/app', id: '9' }, {}, [['DELETE', '/repos/acme/app/issues/comments/9']]],
])('does %j while GitHub is %j', async (step, state, calls) => {
  const { perform, calls: made } = github(state);
  expect(await perform(step)).toEqual({ n: 1, done: true });
  expect(made).toEqual(calls);
});

it('proposes a revert on the tip that was planned with', async () => {
  const { perform, calls } = github({ ref: B });
  const step: StepBody = {
    action: 'revert_by_pull',
    ...place,
    from: B,
    segments: [{ old: A, new: B }],
    branch: 'undo',
  };
  expect(await perform(step)).toEqual({ n: 1, done: true, pull: 12 });
  expect(calls).toEqual([
    ['push', `commit on ${B}`, 'undo'],
    ['POST', '/repos/acme/app/pulls', expect.objectContaining({ head: 'undo', base: 'x' })],
  ]);
});

it.each<[StepBody, Parameters<typeof github>[0], string]>([
  [{ action: 'restore_ref', ...place, from: B, to: A }, { ref: C }, 'refs/heads/x has moved'],
  [{ action: 'delete_ref', ...place, from: B, to: NONE }, {}, 'refs/heads/x has moved'],
  [{ action: 'recreate_ref', ...place, from: NONE, to: A }, { ref: C }, 'refs/heads/x has moved'],
  [{ action: 'revert_by_pull', ...place, from: B, segments: [], branch: 'undo' }, { ref: C }, 'refs/heads/x has moved'],
  [{ action: 'close_pull', repo: 'acme/app', number: 7 }, { pull: 'closed' }, '#7 is closed'],
  [{ action: 'reopen_issue', repo: 'acme/app', number: 8 }, {}, '#8 is gone'],
])('does not do %j where its premise has changed: %j', async (step, state, why) => {
  const { perform, calls } = github(state);
  expect(await perform(step)).toEqual({ n: 1, done: false, why: `${why} since the plan was made; plan again` });
  expect(calls).toEqual([]);
});

it('tells what policy refuses', async () => {
  const { perform } = github({ ref: B, refuses: 'Refs are not forced here.' });
  expect(await perform({ action: 'restore_ref', ...place, from: B, to: A })).toEqual({
    ...{ n: 1, done: false, why: 'Refs are not forced here.' },
  });
});
