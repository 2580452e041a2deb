import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, MoreThan, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { isSamePerson, type Identity } from '../auth/identity.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { newId } from '../random-id.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { BreakGlassEntity } from './break-glass.entity.js';
import { actorOf } from './policy-actor.js';

export interface BreakGlassRequest {
  sessionId: string;
  reason: string;
  minutes: number;
}

/** The fact `context.session.breakGlass`; what it lifts, if anything, the policies say. */
@Injectable()
export class BreakGlassService {
  private readonly rows: Repository<BreakGlassEntity>;

  constructor(
    database: DataSource,
    private readonly sessions: SessionsService,
    private readonly audit: ControlPlaneAudit,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(BreakGlassEntity);
  }

  isOpen(sessionId: string): Promise<boolean> {
    return this.rows.existsBy({ sessionId, expiresAt: MoreThan(this.now()) });
  }

  /** @throws HoldshortError `not_authorized` for one's own session: an emergency has a second person too */
  async open(caller: Identity, { sessionId, reason, minutes }: BreakGlassRequest, correlationId: string) {
    const session = await this.sessions.get(caller, sessionId);
    if (isSamePerson(caller, { idp: session.humanIdp, sub: session.humanSub }))
      throw new HoldshortError('not_authorized', 'The emergency way of a session is opened by somebody else.');
    const openedAt = this.now();
    const row = {
      id: newId('brk'),
      sessionId,
      reason,
      openedBy: actorOf(caller),
      openedAt,
      expiresAt: secondsLater(openedAt, minutes * 60),
    };
    await this.audit.record({
      type: 'policy.break_glass',
      correlation_id: correlationId,
      session_id: sessionId,
      human: caller,
      outcome: 'success',
      detail: { reason, minutes, expires_at: row.expiresAt.toISOString() },
    });
    await this.rows.insert(row);
    return { id: row.id, session_id: sessionId, expires_at: row.expiresAt.toISOString() };
  }
}
