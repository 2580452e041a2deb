import type { AttestResult, CheckedAttestation } from './verify-attestations.js';

/** What was found, for people. */
export function attestWords({ verdict, reasons, attestations, commit }: AttestResult): string {
  const heading = {
    good: 'Good.',
    failed: commit === undefined ? 'Failed.' : `Failed: ${commit} is not attested as it should be.`,
    could_not_tell: 'Could not tell.',
  }[verdict];
  return [heading, ...attestations.map(lineOf), ...reasons.map((reason) => `${reason}.`)].join('\n');
}

function lineOf({ objection, compared, statement }: CheckedAttestation): string {
  if (objection !== undefined) return `The attestation ${objection}.`;
  const { predicate } = statement ?? {};
  if (!predicate) return '';
  const { repository, refs, session, engineer, assistant, approval, policy, event } = predicate;
  const where = refs.map(({ ref, new: id }) => `${ref} -> ${id}`).join(', ');
  return [
    `Pushed to ${repository.name}: ${where}`,
    ` by ${engineer?.login ?? 'nobody known'}`,
    assistant ? ` with ${assistant.tool}` : '',
    session === undefined ? '' : `, session ${session}`,
    policy ? `, policy ${policy.version}` : '',
    approval && approval.approvers.length > 0 ? `, approved by ${approval.approvers.join(', ')}` : '',
    `; event ${event.id}${compared ? ', the same in the trail' : ', not compared with the trail'}.`,
  ].join('');
}
