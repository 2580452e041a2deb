import { planComment, planThread, type ThreadHistory } from './plan-thread.js';

const history = (kind: 'pull' | 'issue', actions: ThreadHistory['actions'], state?: string): ThreadHistory => ({
  repo: 'acme/app',
  kind,
  number: 7,
  actions,
  state,
});
const step = (action: string) => ({ step: { action, repo: 'acme/app', number: 7 } });

it.each([
  [history('pull', ['create'], 'open'), step('close_pull')],
  [history('pull', ['update', 'create', 'close', 'reopen'], 'open'), step('close_pull')],
  [history('pull', ['close'], 'closed'), step('reopen_pull')],
  [history('pull', ['reopen', 'update'], 'open'), step('close_pull')],
  [history('issue', ['create'], 'open'), step('close_issue')],
  [history('issue', ['close'], 'closed'), step('reopen_issue')],
  [history('pull', ['create', 'close'], 'closed'), { kept: 'it is closed already' }],
  [history('issue', ['close', 'reopen'], 'open'), { kept: 'it is open already' }],
  [history('pull', ['create'], 'merged'), { kept: 'it is merged; its base branch is what is undone' }],
  [history('issue', ['create']), { kept: 'it is not there any more' }],
  [history('pull', ['update'], 'open'), { kept: 'its former text is not on record' }],
])('%j -> %j', (given, verdict) => {
  expect(planThread(given)).toEqual(verdict);
});

it('deletes a comment that is there and that the record names', () => {
  expect(planComment('acme/app', '9', true)).toEqual({ step: { action: 'delete_comment', repo: 'acme/app', id: '9' } });
  expect(planComment('acme/app', '9', false)).toEqual({ kept: 'it is not there any more' });
  expect(planComment('acme/app', undefined, false)).toEqual({ kept: 'its number is not on record' });
});
