import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@holdshort/telemetry';
import { DataSource } from 'typeorm';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { every } from '../every.js';
import { LOGGER } from '../logger.js';
import { SEALED_TEXT, type SealedText } from '../secrets/sealed-text.js';
import { GithubApps } from './github-apps.js';
import type { HeldLease } from './held-lease.js';
import { OutgoingLeases } from './outgoing-leases.js';

const SWEEP_MS = 30_000;
/** Whoever holds a lease revokes it within seconds; what is left after this has nobody. */
const PATIENCE_SECONDS = 120;
const AT_ONCE = 50;

interface Row {
  id: string;
  session_id: string;
  site: string;
  app_id: string;
  sealed_token: string;
  repositories: string[];
  permissions: Record<string, string>;
  issued_at: Date;
  expires_at: Date;
}

/**
 * Leases of people whose replica died before it revoked them. GitHub would honour such a token for up to eight hours
 * (that of an installation ends within one), so it is kept, sealed, until it is revoked, and any replica can do so.
 */
@Injectable()
export class AbandonedLeases implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly apps: GithubApps,
    private readonly outgoing: OutgoingLeases,
    @Inject(SEALED_TEXT) private readonly sealed: SealedText,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = every(
      SWEEP_MS,
      () => this.revoke(),
      (error) => {
        this.logger.error({ err: error }, 'cannot look for abandoned leases');
      },
    );
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** One that fails is tried again next time, by this replica or another. */
  async revoke(): Promise<void> {
    for (const row of await this.rows()) {
      await this.revokeOne(row).catch((error: unknown) => {
        this.logger.error({ err: error, lease_id: row.id }, 'cannot revoke an abandoned lease; it will be tried again');
      });
    }
  }

  private rows(): Promise<Row[]> {
    return this.database.query<Row[]>(
      `SELECT l.id, l.session_id, l.site, l.app_id, l.sealed_token, l.repositories, l.permissions, l.issued_at, l.expires_at
       FROM holdshort.leases l JOIN holdshort.sessions s ON s.id = l.session_id
       WHERE l.sealed_token IS NOT NULL AND l.revoked_at IS NULL AND (l.expires_at < $1 OR s.ended_at < $1)
       ORDER BY l.issued_at LIMIT $2`,
      [secondsLater(this.now(), -PATIENCE_SECONDS), AT_ONCE],
    );
  }

  private async revokeOne(row: Row): Promise<void> {
    const app = this.apps.all.find(({ site, id }) => site === row.site && id === row.app_id);
    if (!app) throw new Error(`no GitHub App ${row.app_id} at ${row.site}`);
    const lease: HeldLease = {
      ...{ id: row.id, kind: 'user', linkId: undefined, sessionId: row.session_id, policyVersion: '' },
      installation: { app, id: 0, account: '', permissions: {} }, // tokens of people are revoked by the App alone
      token: await this.sealed.open(row.sealed_token),
      ...{ permissions: row.permissions, repositories: row.repositories },
      ...{ issuedAt: row.issued_at, expiresAt: row.expires_at },
    };
    await this.outgoing.revoke(lease, 'its replica is gone');
  }
}
