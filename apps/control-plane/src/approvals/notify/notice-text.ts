import type { Notice, NoticeEvent } from './notice.js';

const TITLES: Record<NoticeEvent, string> = {
  requested: 'Approval wanted',
  answered: 'Approved by one, more are wanted',
  granted: 'Approved',
  rejected: 'Refused',
  expired: 'Expired',
  used: 'Approved and done',
};

export const titleOf = ({ event, approval }: Notice): string =>
  `${TITLES[event]}: ${approval.operation} on ${approval.repo} by ${approval.engineer}`;

const short = (id: string): string => (/^0*$/.test(id) ? 'nothing' : id.slice(0, 12));

/** A notice as lines of plain text, most important first. */
export function linesOf({ approval }: Notice): string[] {
  const { engineer, assistant, gates, refs, findings, policies, answers } = approval;
  return [
    `Engineer: ${engineer}${assistant === '' ? '' : ` with ${assistant}`}`,
    ...refs.flatMap(({ ref, kind, old, new: to, paths, more_paths: more }) => [
      `${kind} ${ref}: ${short(old)} -> ${short(to)}`,
      ...paths.map((path) => `  ${path}`),
      ...(more === 0 ? [] : [`  and ${String(more)} more`]),
    ]),
    ...findings.map(({ rule, path, line, excerpt }) =>
      `Found: ${rule} in ${path}:${String(line)} ${excerpt}`.trimEnd(),
    ),
    ...gates.map(({ name, approvers, granted, required, message }) =>
      `Gate ${name}: ${String(granted)} of ${String(required)} of ${approvers}. ${message}`.trimEnd(),
    ),
    `Policy: ${policies.join(', ')}`,
    ...answers.map(({ by, effect, reason }) => `${by}: ${effect}${reason === '' ? '' : `, ${reason}`}`),
    ...(approval.state === 'expired' && approval.reason !== '' ? [`Ended: ${approval.reason}`] : []),
    `Expires: ${approval.expires_at}`,
  ];
}
