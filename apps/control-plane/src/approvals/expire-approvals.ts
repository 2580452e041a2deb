import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@holdshort/telemetry';
import type { Subscription } from 'rxjs';
import { DataSource, type EntityManager } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { every } from '../every.js';
import { LOGGER } from '../logger.js';
import { newId } from '../random-id.js';
import { SignalsService } from '../signals/signals.service.js';
import { approvalEvent } from './approval-events.js';
import { OutboxService } from './notify/outbox.service.js';
import { ApprovalEntity } from './approval.entity.js';

/** An expired approval opens nothing from the moment it expires; this only tells those who wait. */
const SWEEP_MS = 2_000;

/** Ends approvals that are over their time; two replicas at once end each one once. */
@Injectable()
export class ExpireApprovals implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private subscription: Subscription | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly signals: SignalsService,
    private readonly audit: ControlPlaneAudit,
    private readonly outbox: OutboxService,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.subscription = this.signals.all.subscribe((signal) => {
      if (signal.kind !== 'session_ended') return;
      this.endOfSession(signal.sessionId).catch((error: unknown) => {
        this.logger.error({ err: error }, 'cannot expire the approvals of an ended session');
      });
    });
    this.timer = every(
      SWEEP_MS,
      () => this.sweep(),
      (error) => {
        this.logger.error({ err: error }, 'cannot expire approvals');
      },
    );
  }

  onApplicationShutdown(): void {
    this.subscription?.unsubscribe();
    clearInterval(this.timer);
  }

  async sweep(): Promise<void> {
    const due = await this.database.query<{ id: string }[]>(
      "SELECT id FROM holdshort.approvals WHERE state IN ('pending', 'approved') AND expires_at <= $1 LIMIT 500",
      [this.now()],
    );
    for (const { id } of due) await this.database.transaction((manager) => this.expire(manager, id));
  }

  /** Nobody is asked about a call that can no longer come. */
  private async endOfSession(sessionId: string): Promise<void> {
    const open = await this.database.query<{ id: string }[]>(
      "SELECT id FROM holdshort.approvals WHERE session_id = $1 AND state IN ('pending', 'approved')",
      [sessionId],
    );
    for (const { id } of open)
      await this.database.transaction((manager) => this.expire(manager, id, 'the session ended'));
  }

  private async expire(manager: EntityManager, id: string, reason?: string): Promise<void> {
    const [rows] = await manager.query<[{ id: string }[], number]>(
      `UPDATE holdshort.approvals SET state = 'expired', reason = coalesce($3, reason)
       WHERE id = $1 AND state IN ('pending', 'approved') AND (expires_at <= $2 OR $3::text IS NOT NULL) RETURNING id`,
      [id, this.now(), reason ?? null],
    );
    if (rows.length !== 1) return;
    const row = await manager.getRepository(ApprovalEntity).findOneByOrFail({ id });
    await this.outbox.add(manager, 'expired', id);
    await this.signals.send(manager, { kind: 'approval_changed', approvalId: id });
    const facts = { approvers: [], correlationId: newId('cor'), ...(reason === undefined ? {} : { reason }) };
    await this.audit.record(approvalEvent('approval.expired', row, facts));
  }
}
