import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import { DataSource, IsNull, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { LOGGER } from '../logger.js';
import { newId } from '../random-id.js';
import { SignalsService } from '../signals/signals.service.js';
import { GithubApps } from './github-apps.js';
import { eventLease, type HeldLease } from './held-lease.js';
import { LeaseEntity } from './lease.entity.js';

/** Why a lease goes, and when: milliseconds since 1970. */
export interface Departure {
  reason: string;
  due: number;
}

/** Calls to GitHub at once, after an activation that ends thousands of leases. */
const CONCURRENCY = 8;
/** The one reason that the end of the process does not hasten: such a lease is within what policy gave. */
export const EXPIRED = 'expired';

/** Leases that are handed out no more but may be valid at GitHub. Each stays until GitHub has confirmed its end. */
@Injectable()
export class OutgoingLeases {
  private readonly rows: Repository<LeaseEntity>;
  private readonly waiting = new Map<HeldLease, Departure>();
  private readonly underWay = new Set<HeldLease>();

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    database: DataSource,
    private readonly app: GithubApps,
    private readonly audit: ControlPlaneAudit,
    private readonly signals: SignalsService,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rows = database.getRepository(LeaseEntity);
  }

  get sessionIds(): string[] {
    return [...this.waiting.keys()].map(({ sessionId }) => sessionId);
  }

  /** Of two departures of one lease the earlier counts. */
  add(lease: HeldLease, departure: Departure): void {
    const known = this.waiting.get(lease);
    if (!known || departure.due < known.due) this.waiting.set(lease, departure);
  }

  /** Those that wait already go at another time too. */
  hasten(which: (lease: HeldLease) => boolean, departure: Departure): void {
    for (const lease of [...this.waiting.keys()].filter(which)) this.add(lease, departure);
  }

  /** What is due, once more whatever failed before. */
  async revokeDue(): Promise<void> {
    const now = this.now().getTime();
    await this.revokeWhere(({ due }) => due <= now);
  }

  /** Before the process ends: nobody would remember these. */
  async revokeRemembered(): Promise<void> {
    await this.revokeWhere(({ reason }) => reason !== EXPIRED);
  }

  private async revokeWhere(isWanted: (departure: Departure) => boolean): Promise<void> {
    const queue = [...this.waiting].filter(([lease, departure]) => isWanted(departure) && !this.underWay.has(lease));
    for (const [lease] of queue) this.underWay.add(lease);
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) await this.tryToRevoke(...next);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }

  private async tryToRevoke(lease: HeldLease, { reason }: Departure): Promise<void> {
    try {
      await this.revoke(lease, reason);
    } catch (error) {
      this.logger.error({ err: error, lease_id: lease.id }, 'cannot revoke a lease; it will be tried again');
    } finally {
      this.underWay.delete(lease);
    }
  }

  /** @throws HoldshortError where GitHub does not confirm */
  async revoke(lease: HeldLease, reason: string): Promise<void> {
    if (!(await this.app.revoke(lease))) throw new HoldshortError('upstream_refused', 'GitHub did not revoke a lease.');
    const updated = await this.rows.update(
      { id: lease.id, revokedAt: IsNull() },
      { revokedAt: this.now(), sealedToken: null },
    );
    if (updated.affected === 1) await this.tell(lease, reason);
    this.waiting.delete(lease);
  }

  private async tell(lease: HeldLease, reason: string): Promise<void> {
    const { id: leaseId, sessionId } = lease;
    await this.signals.send(this.rows.manager, { kind: 'lease_revoked', leaseId, sessionId });
    await this.audit.record({
      type: 'lease.revoked',
      correlation_id: newId('cor'),
      session_id: sessionId,
      lease: eventLease(lease),
      outcome: 'success',
      detail: { reason },
    });
  }
}
