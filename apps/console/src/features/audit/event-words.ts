import type { AuditEvent } from '@holdshort/audit-events';

/** Whose event it is, as far as it says so. */
export function whoOf({ human, ai, agent }: AuditEvent): string {
  if (human) return ai ? `${human.login} with ${ai.tool}` : human.login;
  return agent.id;
}

/** What it is about, in one line. */
export function whatOf({ target, request, push, error, detail }: AuditEvent): string {
  const ref = push?.[0]?.ref ?? target?.ref;
  const place = [target?.repo ?? target?.host, ref?.replace(/^refs\/heads\//, '')].filter((part) => part !== undefined);
  const parts = [place.join(' · '), request?.operation, error?.message ?? reasonIn(detail)];
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

function reasonIn(detail: AuditEvent['detail']): string | undefined {
  const reason = detail?.['reason'] ?? detail?.['note'];
  return typeof reason === 'string' ? reason : undefined;
}

/** What came of it: the decision where there is one, else the outcome. */
export function resultOf({ decision, outcome, phase }: AuditEvent): string {
  if (outcome !== undefined) return outcome;
  return decision?.effect ?? (phase === 'attempt' ? 'attempt' : '');
}
