import type { Finding, Summary } from './finding.js';

const BY: Readonly<Record<string, string>> = {
  foreign_token: 'with a token that Holdshort did not issue',
  facts_token: "with the control plane's own read token",
  no_token: 'without a token (SSH key, deploy key or web)',
};

/** Written by others, and shown on a terminal: no character of it may act. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll(/[^ -~]/g, '?');

/** One finding, for people. */
export function findingWords(finding: Finding): string {
  switch (finding.kind) {
    case 'unseen_push':
      return [
        `UNSEEN PUSH    ${finding.time}  ${quoted(finding.repo)} by ${quoted(finding.actor)}, `,
        finding.by === 'lease'
          ? `with lease ${finding.lease_id ?? ''} of ${finding.engineer ?? ''} (session ${finding.session_id ?? ''}): no agent recorded it, the token has left its workspace`
          : (BY[finding.by] ?? ''),
        finding.access === '' ? '' : ` [${quoted(finding.access)}]`,
        finding.hashed_token === undefined ? '' : ` token ${quoted(finding.hashed_token)}`,
      ].join('');
    case 'foreign_token':
      return `FOREIGN TOKEN  ${finding.first} to ${finding.last}  ${quoted(finding.hashed_token)} [${quoted(finding.access)}] of ${finding.actors.map(quoted).join(', ')}: ${finding.entries} entries, ${finding.pushes} pushes (${finding.actions.map(quoted).join(', ')})`;
    case 'no_attestation':
      return `NO ATTESTATION ${finding.time}  push of ${finding.engineer} to ${finding.repo}, event ${finding.event_id}`;
    case 'not_at_github':
      return `warning: NOT AT GITHUB ${finding.time}  push of ${finding.engineer} to ${finding.repo}, event ${finding.event_id}: the trail has it, GitHub's log has not`;
  }
}

export function summaryWords(summary: Summary): string {
  const { github_entries: entries, github_pushes: pushes, matched, matched_by_attempt: byAttempt } = summary;
  return [
    `${entries} entries of GitHub, ${pushes} pushes; ${summary.recorded_pushes} recorded pushes, ${summary.issued_tokens} issued tokens.`,
    `${matched + byAttempt} pushes agree${byAttempt > 0 ? ` (${byAttempt} by their attempt only)` : ''}.`,
    summary.verdict === 'clean'
      ? 'Nothing went around Holdshort.'
      : `${summary.unseen_pushes} unseen pushes, ${summary.foreign_tokens} foreign tokens, ${summary.no_attestation} pushes without attestation.`,
    ...(summary.not_at_github > 0 ? [`${summary.not_at_github} recorded pushes are not in GitHub's log.`] : []),
    ...(summary.awaited > 0 ? [`${summary.awaited} recorded pushes are too young to be missed in it.`] : []),
    ...(summary.allowed > 0 ? [`${summary.allowed} entries were allowed by name.`] : []),
  ].join('\n');
}
