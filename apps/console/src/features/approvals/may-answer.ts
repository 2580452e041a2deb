import type { Approval, Me } from '@holdshort/api-client';

const isOver = ({ state, expires_at: expires }: Pick<Approval, 'state' | 'expires_at'>, now: Date): boolean =>
  state !== 'pending' || new Date(expires) <= now;

const isWorker = ({ roles }: Pick<Me, 'roles'>): boolean =>
  ['engineer', 'approver', 'admin'].some((role) => roles.includes(role));

/** Whether somebody is shown what is held: who may answer, whatever has become of it. The control plane decides. */
export const mayRead = (
  { human, gates }: Pick<Approval, 'human' | 'gates'>,
  me: Pick<Me, 'human' | 'roles'>,
): boolean =>
  human.login !== me.human.login && gates.some(({ approvers }) => me.human.groups.includes(approvers)) && isWorker(me);

/**
 * Why somebody cannot answer; undefined where they can. The control plane decides: this only spares people a click
 * that would be refused.
 */
export function whyNot(
  approval: Pick<Approval, 'state' | 'expires_at' | 'human' | 'gates' | 'approvals'>,
  { human, roles }: Pick<Me, 'human' | 'roles'>,
  now: Date,
): string | undefined {
  if (isOver(approval, now)) return 'It is no longer waiting for an answer.';
  if (approval.human.login === human.login) return 'It is your own session that asks: somebody else answers.';
  const open = approval.gates.filter(({ granted, required }) => granted < required);
  if (!open.some(({ approvers }) => human.groups.includes(approvers)))
    return `It waits for ${[...new Set(open.map(({ approvers }) => approvers))].join(' and ')}, and you are in none of these groups.`;
  if (approval.approvals.some(({ by, effect }) => by === human.login && effect === 'approve'))
    return 'You have approved it already.';
  if (!isWorker({ roles })) return 'Your roles do not let you answer.';
  return undefined;
}
