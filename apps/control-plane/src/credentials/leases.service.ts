import { createHash } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import type { Subscription } from 'rxjs';
import { DataSource, IsNull, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { LOGGER } from '../logger.js';
import { newId } from '../random-id.js';
import type { Session } from '../sessions/session.js';
import { humanOfSession } from '../sessions/session-view.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Signal } from '../signals/signal.js';
import { SignalsService } from '../signals/signals.service.js';
import { GithubApp, type Installation } from './github-app.js';
import type { Permissions } from './lease-permissions.js';
import { LeaseEntity } from './lease.entity.js';

/** A GitHub token in memory. `token` goes to the agent and nowhere else. */
export interface HeldLease {
  id: string;
  sessionId: string;
  token: string;
  issuedAt: Date;
  expiresAt: Date;
  permissions: Record<string, string>;
  /** owner/name */
  repositories: string[];
}

export interface LeaseRequest {
  session: Session;
  installation: Installation;
  /** Names without owner; empty for a call that is not about a repository. */
  repositories: string[];
  permissions: Permissions;
  /** From policy; undefined leaves GitHub's hour. */
  ttlSeconds: number | undefined;
  correlationId: string;
}

/** A lease is handed out again until this long before its end, or half its life where that is short. */
const MARGIN_MS = 5 * 60_000;
/** A call that has just got the token may still use it. */
const GRACE_MS = 30_000;
const SWEEP_MS = 15_000;
/** Ended sessions are remembered so that a mint under way cannot slip past the signal; ids are 30 bytes. */
const ENDED_LIMIT = 10_000;

@Injectable()
export class LeasesService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rows: Repository<LeaseEntity>;
  private readonly held = new Map<string, { sessionId: string; lease: Promise<HeldLease> }>();
  /** Out of reuse, still valid at GitHub until the sweep revokes them. */
  private readonly outgoing = new Set<HeldLease>();
  private readonly ended = new Set<string>();
  private subscription: Subscription | undefined;
  private timer: NodeJS.Timeout | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    database: DataSource,
    private readonly app: GithubApp,
    private readonly audit: ControlPlaneAudit,
    private readonly sessions: SessionsService,
    private readonly signals: SignalsService,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rows = database.getRepository(LeaseEntity);
  }

  onApplicationBootstrap(): void {
    this.subscription = this.signals.all.subscribe((signal) => {
      this.follow(signal).catch((error: unknown) => {
        this.logger.error({ err: error }, 'cannot revoke leases');
      });
    });
    this.timer = setInterval(() => {
      this.sweep().catch((error: unknown) => {
        this.logger.error({ err: error }, 'cannot revoke outgoing leases');
      });
    }, SWEEP_MS);
    this.timer.unref();
  }

  /** Leases of ended sessions go; those of live ones stay with their agents until they expire. */
  async onApplicationShutdown(): Promise<void> {
    this.subscription?.unsubscribe();
    clearInterval(this.timer);
    await this.revokeEnded().catch((error: unknown) => {
      this.logger.error({ err: error }, 'cannot revoke leases of ended sessions at shutdown');
    });
  }

  /** @throws HoldshortError `lease_unavailable`, `session_ended` or `audit_unavailable`; then no token is left behind */
  async acquire(request: LeaseRequest): Promise<HeldLease> {
    const sessionId = request.session.id;
    if (this.ended.has(sessionId)) throw new HoldshortError('session_ended', 'The session is closed or expired.');
    const key = keyOf(request);
    const known = this.held.get(key);
    if (known) {
      const lease = await known.lease;
      if (this.isReusable(lease)) return lease;
      this.retire(key, lease);
    }
    return (this.held.get(key) ?? this.begin(key, request)).lease;
  }

  private begin(key: string, request: LeaseRequest): { sessionId: string; lease: Promise<HeldLease> } {
    const entry = { sessionId: request.session.id, lease: this.issue(request) };
    this.held.set(key, entry);
    entry.lease.catch(() => {
      if (this.held.get(key) === entry) this.held.delete(key);
    });
    return entry;
  }

  private isReusable(lease: HeldLease): boolean {
    const life = lease.expiresAt.getTime() - lease.issuedAt.getTime();
    return lease.expiresAt.getTime() - Math.min(MARGIN_MS, life / 2) > this.now().getTime();
  }

  private retire(key: string, lease: HeldLease): void {
    this.held.delete(key);
    this.outgoing.add(lease);
  }

  private async issue(request: LeaseRequest): Promise<HeldLease> {
    this.audit.requireWritable();
    const minted = await this.app.mint(request.installation, request.repositories, request.permissions);
    const issuedAt = this.now();
    const asked = request.ttlSeconds === undefined ? minted.expiresAt : secondsLater(issuedAt, request.ttlSeconds);
    const lease: HeldLease = {
      id: newId('lse'),
      sessionId: request.session.id,
      token: minted.token,
      issuedAt,
      expiresAt: asked < minted.expiresAt ? asked : minted.expiresAt,
      permissions: minted.permissions,
      repositories: request.repositories.map((name) => `${request.installation.account}/${name}`),
    };
    try {
      await this.note(lease, request);
    } catch (error) {
      await this.app.revoke(lease.token);
      throw error;
    }
    return lease;
  }

  private async note(lease: HeldLease, { session, correlationId }: LeaseRequest): Promise<void> {
    const { id, sessionId, repositories, permissions, issuedAt, expiresAt } = lease;
    const tokenSha256 = createHash('sha256').update(lease.token).digest('hex');
    await this.rows.insert({
      id,
      sessionId,
      repositories,
      permissions,
      tokenSha256,
      issuedAt,
      expiresAt,
      revokedAt: null,
    });
    await this.audit.record({
      type: 'lease.issued',
      correlation_id: correlationId,
      session_id: sessionId,
      human: humanOfSession(session),
      ...(session.assistant === '' ? {} : { ai: { tool: session.assistant } }),
      lease: eventLease(lease),
      outcome: 'success',
    });
  }

  private async follow(signal: Signal): Promise<void> {
    if (signal.kind === 'session_ended') await this.revokeSession(signal.sessionId, signal.reason);
    if (signal.kind === 'resync') await this.revokeEnded();
  }

  private async revokeEnded(): Promise<void> {
    const ids = new Set([...this.held.values(), ...this.outgoing].map((entry) => entry.sessionId));
    for (const id of await this.sessions.endedAmong([...ids])) await this.revokeSession(id, 'session ended');
  }

  private async revokeSession(sessionId: string, reason: string): Promise<void> {
    this.rememberEnded(sessionId);
    const entries = [...this.held].filter(([, entry]) => entry.sessionId === sessionId);
    for (const [key] of entries) this.held.delete(key);
    const issued = await Promise.allSettled(entries.map(([, entry]) => entry.lease));
    for (const entry of issued) if (entry.status === 'fulfilled') this.outgoing.add(entry.value);
    const mine = [...this.outgoing].filter((lease) => lease.sessionId === sessionId);
    await Promise.all(mine.map((lease) => this.revoke(lease, reason)));
  }

  private rememberEnded(sessionId: string): void {
    this.ended.add(sessionId);
    if (this.ended.size <= ENDED_LIMIT) return;
    const [oldest] = this.ended;
    if (oldest !== undefined) this.ended.delete(oldest);
  }

  /** Stays in `outgoing`, to be tried again, until GitHub has confirmed. */
  private async revoke(lease: HeldLease, reason: string): Promise<void> {
    if (!(await this.app.revoke(lease.token)))
      throw new HoldshortError('upstream_refused', 'GitHub did not revoke a lease.');
    if (!this.outgoing.delete(lease)) return;
    const updated = await this.rows.update({ id: lease.id, revokedAt: IsNull() }, { revokedAt: this.now() });
    if (updated.affected !== 1) return;
    await this.signals.send(this.rows.manager, {
      kind: 'lease_revoked',
      leaseId: lease.id,
      sessionId: lease.sessionId,
    });
    await this.audit.record({
      type: 'lease.revoked',
      correlation_id: newId('cor'),
      session_id: lease.sessionId,
      lease: eventLease(lease),
      outcome: 'success',
      detail: { reason },
    });
  }

  /** Revokes what is past its life, and tries again what failed before. */
  private async sweep(): Promise<void> {
    const now = this.now().getTime();
    for (const [key, entry] of this.held) {
      const lease = await entry.lease.catch(() => undefined);
      if (lease && lease.expiresAt.getTime() <= now) this.retire(key, lease);
    }
    const due = [...this.outgoing].filter(
      (lease) => this.ended.has(lease.sessionId) || lease.expiresAt.getTime() + GRACE_MS <= now,
    );
    for (const lease of due) await this.revoke(lease, this.ended.has(lease.sessionId) ? 'session ended' : 'expired');
  }
}

const keyOf = ({ session, installation, repositories, permissions, ttlSeconds }: LeaseRequest): string =>
  JSON.stringify([
    session.id,
    installation.id,
    [...repositories].sort(),
    Object.entries(permissions).sort(),
    ttlSeconds,
  ]);

/** GitHub's own audit log names a token by this digest (`hashed_token`), so that the two can be joined. */
export const tokenSha256Base64 = (token: string): string => createHash('sha256').update(token).digest('base64');

const eventLease = (lease: HeldLease) => ({
  id: lease.id,
  kind: 'installation',
  token_sha256_b64: tokenSha256Base64(lease.token),
  permissions: lease.permissions,
  repositories: lease.repositories,
  expires: lease.expiresAt.toISOString(),
});
