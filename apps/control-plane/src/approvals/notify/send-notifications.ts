import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@holdshort/telemetry';
import type { Subscription } from 'rxjs';
import { DataSource } from 'typeorm';
import { ControlPlaneAudit } from '../../audit/control-plane-audit.js';
import { LOGGER } from '../../logger.js';
import { newId } from '../../random-id.js';
import { PublicUrl } from '../../server/public-url.js';
import { SignalsService } from '../../signals/signals.service.js';
import { approvalUrl } from '../approval-view.js';
import { ApprovalEntity } from '../approval.entity.js';
import { ApprovalsService } from '../approvals.service.js';
import { noticeOf } from './notice.js';
import { NotDelivered } from './notifier.js';
import { NOTIFIERS, type Notifiers } from './notifiers.js';
import { OutboxService, type Waiting } from './outbox.service.js';

/** Signals start the work at once; this finds what is due again, and what a replica left that died. */
const LOOK_MS = 1_000;
const AT_ONCE = 8;

/** Delivers the outbox; every replica does, and each notice is claimed by one. */
@Injectable()
export class SendNotifications implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private subscription: Subscription | undefined;
  private working: Promise<void> | undefined;
  private stopped = false;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly approvals: ApprovalsService,
    private readonly outbox: OutboxService,
    private readonly signals: SignalsService,
    private readonly audit: ControlPlaneAudit,
    private readonly publicUrl: PublicUrl,
    @Inject(NOTIFIERS) private readonly notifiers: Notifiers,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.notifiers.all.length === 0) return;
    this.subscription = this.signals.all.subscribe(({ kind }) => {
      if (kind === 'approval_changed') this.look();
    });
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.subscription?.unsubscribe();
    clearInterval(this.timer);
    await this.working;
    await Promise.all(this.notifiers.all.map((notifier) => notifier.close()));
  }

  private look(): void {
    this.working ??= this.deliverDue()
      .catch((error: unknown) => this.logger.error({ err: error }, 'cannot deliver notifications'))
      .finally(() => (this.working = undefined));
  }

  private async deliverDue(): Promise<void> {
    while (!this.stopped) {
      const due = await this.outbox.claim(AT_ONCE);
      if (due.length === 0) return;
      await Promise.all(due.map((waiting) => this.deliver(waiting)));
    }
  }

  private async deliver(waiting: Waiting): Promise<void> {
    try {
      await this.outbox.delivered(waiting.id, await this.send(waiting));
    } catch (error) {
      const fault = error instanceof NotDelivered ? error : new NotDelivered('The notice could not be made.');
      this.logger.warn(
        { err: error, channel: waiting.channel, notification_id: waiting.id },
        'notification not delivered',
      );
      if (await this.outbox.failed(waiting, fault)) await this.giveUp(waiting, fault);
    }
  }

  private async send({ id, event, approvalId, channel, earlier }: Waiting): Promise<string | undefined> {
    const notifier = this.notifiers.all.find((one) => one.channel === channel);
    if (!notifier) throw new NotDelivered('The channel is not set up.');
    const row = await this.database.getRepository(ApprovalEntity).findOneByOrFail({ id: approvalId });
    const votes = (await this.approvals.votesOf([approvalId])).get(approvalId) ?? [];
    const url = approvalUrl(this.publicUrl.value, approvalId);
    return notifier.send(noticeOf({ id, event }, row, votes, url), earlier);
  }

  private async giveUp({ id, channel, approvalId, event }: Waiting, error: NotDelivered): Promise<void> {
    await this.audit.record({
      type: 'notification.failed',
      correlation_id: newId('cor'),
      approval: { id: approvalId, approvers: [], digest: '' },
      outcome: 'failed',
      detail: { notification: id, channel, event, error: error.message },
    });
  }
}
