import type { AuditEvent } from '@holdshort/audit-events';
import { printable } from './table.js';

/** GitHub shows 7; 12 do not collide in the largest repositories. */
const SHORT_ID = 12;

const refs = (event: AuditEvent): string =>
  (event.push ?? [])
    .map((change) => `${change.ref} ${change.old.slice(0, SHORT_ID)}..${change.new.slice(0, SHORT_ID)}`)
    .join(' ');

/** One event as one line: when, what, who with which assistant, where, and how it was decided. */
export function eventLine(event: AuditEvent): string {
  const who = `${event.human?.login ?? '-'}${event.ai === undefined ? '' : `+${event.ai.tool}`}`;
  const what = event.request?.operation ?? event.approval?.id ?? event.lease?.id ?? '';
  const decided = event.decision === undefined ? '' : `${event.decision.effect} [${event.decision.reason.join(' ')}]`;
  const phase = event.phase === 'single' ? '' : `/${event.phase}`;
  const parts = [
    event.time,
    `${event.type}${phase}`,
    who,
    what,
    event.target?.repo ?? '',
    refs(event),
    decided,
    event.outcome ?? '',
  ];
  return printable(parts.filter((part) => part !== '').join('  '));
}
