import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@holdshort/telemetry';
import { DataSource, type EntityManager } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { LOGGER } from '../logger.js';
import { newId } from '../random-id.js';
import { SignalsService } from '../signals/signals.service.js';
import { approvalEvent } from './approval-events.js';
import { ApprovalEntity } from './approval.entity.js';

/** An expired approval opens nothing from the moment it expires; this only tells those who wait. */
const SWEEP_MS = 2_000;

/** Ends approvals that are over their time; two replicas at once end each one once. */
@Injectable()
export class ExpireApprovals implements OnApplicationBootstrap, OnApplicationShutdown {
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
    this.timer = setInterval(() => {
      this.sweep().catch((error: unknown) => {
        this.logger.error({ err: error }, 'cannot expire approvals');
      });
    }, SWEEP_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async sweep(): Promise<void> {
    const due = await this.database.query<{ id: string }[]>(
      "SELECT id FROM holdshort.approvals WHERE state IN ('pending', 'approved') AND expires_at <= $1 LIMIT 500",
      [this.now()],
    );
    for (const { id } of due) await this.database.transaction((manager) => this.expire(manager, id));
  }

  private async expire(manager: EntityManager, id: string): Promise<void> {
    const [rows] = await manager.query<[{ id: string }[], number]>(
      "UPDATE holdshort.approvals SET state = 'expired' WHERE id = $1 AND state IN ('pending', 'approved') AND expires_at <= $2 RETURNING id",
      [id, this.now()],
    );
    if (rows.length !== 1) return;
    const row = await manager.getRepository(ApprovalEntity).findOneByOrFail({ id });
    await this.signals.send(manager, { kind: 'approval_changed', approvalId: id });
    await this.audit.record(approvalEvent('approval.expired', row, { approvers: [], correlationId: newId('cor') }));
  }
}
