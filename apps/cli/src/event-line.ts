import type { AuditEvent } from '@holdshort/audit-events';
import { printable } from './table.js';

/** GitHub shows 7; 12 do not collide in the largest repositories. What came is whole: `commit why` takes it. */
const SHORT_ID = 12;

const refs = (event: AuditEvent): string =>
  (event.push ?? []).map((change) => `${change.ref} ${change.old.slice(0, SHORT_ID)}..${change.new}`).join(' ');

const who = ({ human, ai }: AuditEvent): string => `${human?.login ?? '-'}${ai === undefined ? '' : `+${ai.tool}`}`;

const what = (event: AuditEvent): string => event.request?.operation ?? event.approval?.id ?? event.lease?.id ?? '';

const decided = ({ decision }: AuditEvent): string =>
  decision === undefined ? '' : `${decision.effect} [${decision.reason.join(' ')}]`;

/** One event as one line: when, what, who with which assistant, where, and how it was decided. */
export function eventLine(event: AuditEvent): string {
  const type = event.phase === 'single' ? event.type : `${event.type}/${event.phase}`;
  const where = [event.target?.repo ?? '', refs(event)];
  const parts = [event.time, type, who(event), what(event), ...where, decided(event), event.outcome ?? ''];
  return printable(parts.filter((part) => part !== '').join('  '));
}
