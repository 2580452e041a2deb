import type { Me } from '@holdshort/api-client';
import { whyNot } from './may-answer.js';

const now = new Date('2026-03-01T10:00:00Z');
const asked: Parameters<typeof whyNot>[0] = {
  state: 'pending',
  expires_at: '2026-03-01T11:00:00Z',
  human: { login: 'alice' },
  gates: [{ name: 'workflows', approvers: 'security', required: 2, granted: 0 }],
  approvals: [],
};
const person = (login: string, groups: string[], roles = ['approver']): Pick<Me, 'human' | 'roles'> => ({
  human: { login, groups, email: '', sub: login, idp: 'dev' },
  roles,
});
const sam = person('sam', ['security']);

describe('who is offered an answer', () => {
  it('is whoever the gate names', () => {
    expect(whyNot(asked, sam, now)).toBeUndefined();
  });

  it.each([
    [asked, person('alice', ['security']), 'It is your own session that asks: somebody else answers.'],
    [asked, person('carol', ['admins'], ['admin']), 'It waits for security, and you are in none of these groups.'],
    [asked, person('dave', ['security'], ['auditor']), 'Your roles do not let you answer.'],
    [{ ...asked, state: 'rejected' as const }, sam, 'It is no longer waiting for an answer.'],
    [{ ...asked, expires_at: '2026-03-01T09:00:00Z' }, sam, 'It is no longer waiting for an answer.'],
    [{ ...asked, approvals: [{ by: 'sam', at: '', effect: 'approve' }] }, sam, 'You have approved it already.'],
  ])('is nobody else (%#)', (approval, me, reason) => {
    expect(whyNot(approval, me, now)).toBe(reason);
  });
});
