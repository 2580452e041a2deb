import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import { AuditStore } from './audit-store.js';

export interface LegalHold {
  session_id: string;
  reason: string;
  held_by: string;
  held_at: Date;
}

const COLUMNS = 'session_id, reason, held_by, held_at';

/** Sessions whose events outlive retention. The rows lie in the audit store, where the ingest reads them before it drops a day. */
@Injectable()
export class LegalHoldsService {
  constructor(
    private readonly store: AuditStore,
    private readonly audit: ControlPlaneAudit,
  ) {}

  /** Placing it again changes nothing. On record before it is in force. */
  async place(
    caller: Identity,
    hold: { session_id: string; reason: string },
    correlationId: string,
  ): Promise<LegalHold> {
    await this.record('audit.hold_placed', { caller, correlationId, ...hold });
    await this.store.write(
      'INSERT INTO audit.holds (session_id, reason, held_by) VALUES ($1, $2, $3) ON CONFLICT (session_id) DO NOTHING',
      [hold.session_id, hold.reason, caller.login],
    );
    return this.find(hold.session_id);
  }

  /** @throws HoldshortError `not_found` */
  async release(caller: Identity, sessionId: string, correlationId: string): Promise<LegalHold> {
    const hold = await this.find(sessionId);
    await this.record('audit.hold_released', { caller, correlationId, ...hold });
    await this.store.write('DELETE FROM audit.holds WHERE session_id = $1', [sessionId]);
    return hold;
  }

  list(): Promise<LegalHold[]> {
    return this.store.read<LegalHold>(`SELECT ${COLUMNS} FROM audit.holds ORDER BY held_at`);
  }

  private async find(sessionId: string): Promise<LegalHold> {
    const bySession = `SELECT ${COLUMNS} FROM audit.holds WHERE session_id = $1`;
    const [hold] = await this.store.read<LegalHold>(bySession, [sessionId]);
    if (!hold) throw new HoldshortError('not_found', 'This session is not under a legal hold.');
    return hold;
  }

  private record(
    type: 'audit.hold_placed' | 'audit.hold_released',
    facts: { caller: Identity; correlationId: string; session_id: string; reason: string },
  ): Promise<void> {
    const { caller, correlationId, session_id, reason } = facts;
    return this.audit.record({
      type,
      correlation_id: correlationId,
      human: caller,
      session_id,
      outcome: 'success',
      detail: { reason },
    });
  }
}
