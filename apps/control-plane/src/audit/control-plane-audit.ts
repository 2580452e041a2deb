import { Inject, Injectable } from '@nestjs/common';
import type { AuditEvent, EventType, DraftOf, TypedDraft } from '@holdshort/audit-events';
import type { AuditTrail } from '@holdshort/audit-publisher';
import { HoldshortError } from '@holdshort/errors';
import { METRICS, type ControlPlaneMetrics } from '../health/metrics.js';

/** Injection token of the process's audit trail. */
export const AUDIT_TRAIL = Symbol('audit-trail');

/** An event of the control plane; a person is cut down to what an event may carry. */
export type OwnEvent = OwnEventOf<EventType>;

/** The same for some of the types. */
export type OwnEventOf<T extends EventType> = T extends EventType ? WithoutPhase<DraftOf<T>> : never;

type WithoutPhase<D> = D extends { phase: 'single' } ? Omit<D, 'phase'> : never;

/** The control plane's own events; each is durable when `record` returns. */
@Injectable()
export class ControlPlaneAudit {
  constructor(
    @Inject(AUDIT_TRAIL) private readonly trail: AuditTrail,
    @Inject(METRICS) private readonly metrics: ControlPlaneMetrics,
  ) {}

  /** @throws HoldshortError `audit_unavailable`; then what the event tells of must not happen */
  async record(event: OwnEvent): Promise<void> {
    await this.trail.record(whole(event));
    this.metrics.add('holdshort_control_plane_events_total', { type: event.type });
  }

  /** Asked before work that cannot be undone. @throws HoldshortError `audit_unavailable` */
  requireWritable(): void {
    if (this.trail.isWritable()) return;
    throw new HoldshortError(
      'audit_unavailable',
      'The audit trail cannot be written; without a record nothing changes.',
    );
  }

  isWritable(): boolean {
    return this.trail.isWritable();
  }

  status() {
    return this.trail.status();
  }
}

/** Drops groups and roles: an event names the person, it does not copy their rights. */
function personOf({ sub, login, email, idp }: NonNullable<AuditEvent['human']>): NonNullable<AuditEvent['human']> {
  return { sub, login, idp, ...(email === undefined || email === '' ? {} : { email }) };
}

function whole(event: OwnEvent): TypedDraft {
  const draft = { ...event, phase: 'single' } as const;
  return 'human' in draft && draft.human ? { ...draft, human: personOf(draft.human) } : draft;
}
