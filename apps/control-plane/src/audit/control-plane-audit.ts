import { Inject, Injectable } from '@nestjs/common';
import type { AuditEvent, EventDraft } from '@holdshort/audit-events';
import type { AuditTrail } from '@holdshort/audit-publisher';
import { HoldshortError } from '@holdshort/errors';

/** Injection token of the process's audit trail. */
export const AUDIT_TRAIL = Symbol('audit-trail');

/** An event of the control plane; a person is cut down to what an event may carry. */
export type OwnEvent = Omit<EventDraft, 'phase' | 'human'> & { human?: NonNullable<AuditEvent['human']> };

/** The control plane's own events; each is durable when `record` returns. */
@Injectable()
export class ControlPlaneAudit {
  constructor(@Inject(AUDIT_TRAIL) private readonly trail: AuditTrail) {}

  /** @throws HoldshortError `audit_unavailable`; then what the event tells of must not happen */
  async record(event: OwnEvent): Promise<void> {
    const { human, ...rest } = event;
    await this.trail.record({ ...rest, phase: 'single', ...(human ? { human: personOf(human) } : {}) });
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
