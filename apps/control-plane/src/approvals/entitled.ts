import { HoldshortError } from '@holdshort/errors';
import { isSamePerson, type Identity } from '../auth/identity.js';
import type { Approval } from './approval.js';
import { isAuthor } from './authors.js';

type Asked = Pick<Approval, 'ownerIdp' | 'ownerSub' | 'authors' | 'gates'>;

/**
 * Whether somebody may answer a hold, whatever its state; what it holds is shown to them and nobody else.
 * @throws HoldshortError `not_authorized` for the owner, for authors of the commits and for who is in no gate's group
 */
export function requireEntitled(voter: Identity, row: Asked): void {
  if (isSamePerson(voter, { idp: row.ownerIdp, sub: row.ownerSub })) {
    throw new HoldshortError('not_authorized', 'Nobody answers for their own session; someone else must look at it.');
  }
  if (isAuthor(row.authors, voter.email)) {
    throw new HoldshortError(
      'not_authorized',
      'Nobody answers for commits of their own; someone else must look at them.',
    );
  }
  const groups = row.gates.map((gate) => gate.approvers);
  if (!groups.some((group) => voter.groups.includes(group))) {
    throw new HoldshortError('not_authorized', `Only members of ${[...new Set(groups)].join(' or ')} may answer this.`);
  }
}
