import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@holdshort/telemetry';
import { DataSource, IsNull, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { every } from '../every.js';
import { LOGGER } from '../logger.js';
import { newId } from '../random-id.js';
import { SignalsService } from '../signals/signals.service.js';
import { humanOfSession } from './session-view.js';
import { SessionEntity } from './session.entity.js';

/** Expired sessions end this often; a call is refused at the moment of expiry all the same. */
const SWEEP_MS = 5_000;

export interface SessionEnd {
  reason: string;
  correlationId: string;
}

/** Ends sessions: each once, however many replicas try, with its event and the signal that revokes its leases. */
@Injectable()
export class EndSessions implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly signals: SignalsService,
    private readonly audit: ControlPlaneAudit,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = every(
      SWEEP_MS,
      () => this.endExpired(),
      (error) => {
        this.logger.error({ err: error }, 'cannot end expired sessions');
      },
    );
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Ends what is over its time. */
  async endExpired(): Promise<void> {
    const due = await this.database.query<{ id: string }[]>(
      'SELECT id FROM holdshort.sessions WHERE ended_at IS NULL AND expires_at <= $1 LIMIT 500',
      [this.now()],
    );
    for (const { id } of due) {
      await this.database.transaction((manager) =>
        this.endIn(manager, id, { reason: 'expired', correlationId: newId('cor') }),
      );
    }
  }

  /** Ends all live sessions that match, in the caller's transaction. @returns how many */
  async endMatching(manager: EntityManager, where: FindOptionsWhere<SessionEntity>, end: SessionEnd): Promise<number> {
    const live = await manager.getRepository(SessionEntity).find({ where: { ...where, endedAt: IsNull() } });
    for (const { id } of live) await this.endIn(manager, id, end);
    return live.length;
  }

  async endIn(manager: EntityManager, id: string, end: SessionEnd): Promise<void> {
    const updated = await manager
      .createQueryBuilder()
      .update(SessionEntity)
      .set({ endedAt: this.now(), endReason: end.reason })
      .where('id = :id AND ended_at IS NULL', { id })
      .execute();
    if (updated.affected !== 1) return;
    const session = await manager.getRepository(SessionEntity).findOneByOrFail({ id });
    await this.signals.send(manager, { kind: 'session_ended', sessionId: id, reason: end.reason });
    await this.audit.record({
      type: 'session.closed',
      correlation_id: end.correlationId,
      session_id: id,
      human: humanOfSession(session),
      ...(session.assistant === '' ? {} : { ai: { tool: session.assistant } }),
      outcome: 'success',
      detail: { reason: end.reason },
    });
  }
}
