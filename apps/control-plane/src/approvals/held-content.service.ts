import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { agentV1 } from '@holdshort/contracts';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import { DataSource, LessThanOrEqual, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { every } from '../every.js';
import { LOGGER } from '../logger.js';
import { SEALED_TEXT, type SealedText } from '../secrets/sealed-text.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { contentReadEvent } from './approval-events.js';
import { ApprovalEntity } from './approval.entity.js';
import { requireEntitled } from './entitled.js';
import { heldContentView, type HeldContent } from './held-content-view.js';
import { HeldContentEntity } from './held-content.entity.js';

const SWEEP_MS = 60_000;
const DAY_SECONDS = 86_400;
/** An agent sends about half of it at most; more is a fault or an attack. */
const MOST_CHARS = 1 << 20;

/** What a held call would write: sealed when it comes, opened for those who may answer, deleted when its time is over. */
@Injectable()
export class HeldContentService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rows: Repository<HeldContentEntity>;
  private timer: NodeJS.Timeout | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly audit: ControlPlaneAudit,
    private readonly sessions: SessionsService,
    @Inject(SEALED_TEXT) private readonly sealed: SealedText,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rows = database.getRepository(HeldContentEntity);
  }

  onApplicationBootstrap(): void {
    this.timer = every(
      SWEEP_MS,
      () => this.expire(),
      (error) => this.logger.error({ err: error }, 'cannot delete what held calls showed'),
    );
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * Keeps what the agent of the session shows of its held call; what was shown first stays, so that people who answer
   * one after the other see the same.
   * @throws HoldshortError `not_found`, `session_unknown`; `request_malformed` for another digest, or too much
   */
  async store(request: agentV1.ShowHeldRequest, agentId: string): Promise<boolean> {
    const row = await this.approval(request.approvalId);
    await this.sessions.requireLive(row.sessionId, agentId);
    const text = JSON.stringify(heldContentView(request));
    if (request.digest !== row.digest || text.length > MOST_CHARS)
      throw new HoldshortError('request_malformed', 'What is shown is too long, or not of the call that is held.');
    const result = await this.rows
      .createQueryBuilder()
      .insert()
      .values({
        approvalId: row.id,
        sealed: await this.sealed.seal(text),
        createdAt: this.now(),
        expiresAt: secondsLater(row.expiresAt, this.settings.heldContentDays * DAY_SECONDS),
      })
      .orIgnore()
      .returning('approval_id')
      .execute();
    return (result.raw as unknown[]).length > 0;
  }

  /**
   * For those who may answer; an event is durable before anything is shown.
   * @returns null where the agent has shown nothing, or its time is over
   * @throws HoldshortError `not_found`, `not_authorized`, `audit_unavailable`
   */
  async read(caller: Identity, id: string, correlationId: string): Promise<HeldContent | null> {
    const approval = await this.approval(id);
    requireEntitled(caller, approval);
    const found = await this.rows.findOneBy({ approvalId: id });
    if (!found || found.expiresAt <= this.now()) return null;
    const text = await this.sealed.open(found.sealed);
    await this.audit.record(contentReadEvent(approval, { approvers: [], correlationId }, caller.login));
    return JSON.parse(text) as HeldContent;
  }

  async expire(): Promise<void> {
    await this.rows.delete({ expiresAt: LessThanOrEqual(this.now()) });
  }

  private async approval(id: string): Promise<ApprovalEntity> {
    const row = await this.database.getRepository(ApprovalEntity).findOneBy({ id });
    if (!row) throw new HoldshortError('not_found', 'There is no such approval.');
    return row;
  }
}
