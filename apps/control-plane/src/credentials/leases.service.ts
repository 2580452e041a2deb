import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import type { Subscription } from 'rxjs';
import { CLOCK, type Clock } from '../clock.js';
import { every } from '../every.js';
import { METRICS, type ControlPlaneMetrics } from '../health/metrics.js';
import { LOGGER } from '../logger.js';
import { PoliciesService } from '../policies/policies.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Signal } from '../signals/signal.js';
import { SignalsService } from '../signals/signals.service.js';
import type { HeldLease } from './held-lease.js';
import { IssueLease, type LeaseRequest } from './issue-lease.js';
import { EXPIRED, OutgoingLeases, type Departure } from './outgoing-leases.js';

interface Entry {
  sessionId: string;
  policyVersion: string;
  linkId: string | undefined;
  lease: Promise<HeldLease>;
  /** Set once it is there. */
  issued?: HeldLease;
}

/** A lease is handed out again until this long before its end, or half its life where that is short. */
const MARGIN_MS = 5 * 60_000;
/** A call that has just got the token may still use it. */
const GRACE_MS = 30_000;
/**
 * After an activation. A call that the policy before allowed has its lease already and may not have reached GitHub
 * yet: a push is a request of its own after its decision, a batch of LFS several. Revoked at once, they would fail
 * half-way through; what has begun GitHub lets end. With the sweep it is 25 s at most, and nothing new begins in it:
 * agents drop their decisions when they hear of the activation. An activation `at once` has no grace.
 */
const POLICY_GRACE_MS = 20_000;
const SWEEP_MS = 5_000;
/** Ended sessions are remembered so that a mint under way cannot slip past the signal; ids are 30 bytes. */
const ENDED_LIMIT = 10_000;

@Injectable()
export class LeasesService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly held = new Map<string, Entry>();
  private readonly ended = new Set<string>();
  /** As the last signal had it, which may be before the policy itself is loaded here. */
  private policyVersion: string | undefined;
  /** Counts what was heard of policy, so that an answer that is older than a signal is not believed. */
  private policyNews = 0;
  private isPolicyUnsure = false;
  private subscription: Subscription | undefined;
  private timer: NodeJS.Timeout | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly issuer: IssueLease,
    private readonly outgoing: OutgoingLeases,
    private readonly policies: PoliciesService,
    private readonly sessions: SessionsService,
    private readonly signals: SignalsService,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) private readonly metrics: ControlPlaneMetrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.metrics.read('holdshort_control_plane_leases_held', () => this.held.size);
    this.subscription = this.signals.all.subscribe((signal) => {
      this.follow(signal).catch((error: unknown) => {
        this.logger.error({ err: error }, 'cannot revoke leases');
      });
    });
    await this.lookUpPolicy();
    this.timer = every(
      SWEEP_MS,
      () => this.sweep(),
      (error) => {
        this.logger.error({ err: error }, 'cannot revoke outgoing leases');
      },
    );
  }

  /** Leases of ended sessions and of older policies go; the others stay with their agents until they expire. */
  async onApplicationShutdown(): Promise<void> {
    this.subscription?.unsubscribe();
    clearInterval(this.timer);
    await this.revokeEnded().catch((error: unknown) => {
      this.logger.error({ err: error }, 'cannot revoke leases of ended sessions at shutdown');
    });
    await this.outgoing.revokeRemembered();
  }

  /**
   * @throws HoldshortError `lease_unavailable`, `session_ended`, `policy_changed` (ask policy again) or
   *   `audit_unavailable`; then no token is left behind
   */
  async acquire(request: LeaseRequest): Promise<HeldLease> {
    this.requireCurrent(request);
    const key = keyOf(request);
    const known = this.held.get(key);
    const reusable = known && this.isReusable(await known.lease);
    if (known && !reusable) this.retire(key, known);
    const lease = await (this.held.get(key) ?? this.begin(key, request)).lease;
    // the session may have ended and the policy changed while GitHub was asked: then the lease is on its way out
    this.requireCurrent(request);
    return lease;
  }

  private requireCurrent({ session, policyVersion }: LeaseRequest): void {
    if (this.ended.has(session.id)) throw new HoldshortError('session_ended', 'The session is closed or expired.');
    if (this.policyVersion === undefined || this.policyVersion === policyVersion) return;
    throw new HoldshortError('policy_changed', 'The policy changed while the call was decided.', {
      advice: 'Try again: the new policy answers.',
    });
  }

  private begin(key: string, request: LeaseRequest): Entry {
    const { session, policyVersion, link } = request;
    const entry: Entry = { sessionId: session.id, policyVersion, linkId: link?.id, lease: this.issuer.issue(request) };
    this.held.set(key, entry);
    entry.lease.then(
      (lease) => {
        entry.issued = lease;
      },
      () => {
        this.drop(key, entry);
      },
    );
    return entry;
  }

  private isReusable(lease: HeldLease): boolean {
    const life = lease.expiresAt.getTime() - lease.issuedAt.getTime();
    return lease.expiresAt.getTime() - Math.min(MARGIN_MS, life / 2) > this.now().getTime();
  }

  /** Another call may have put a newer lease in its place meanwhile. */
  private drop(key: string, entry: Entry): void {
    if (this.held.get(key) === entry) this.held.delete(key);
  }

  private retire(key: string, entry: Entry): void {
    this.drop(key, entry);
    const { issued } = entry;
    if (issued) this.outgoing.add(issued, { reason: EXPIRED, due: issued.expiresAt.getTime() + GRACE_MS });
  }

  private async follow(signal: Signal): Promise<void> {
    if (signal.kind === 'session_ended') await this.revokeSession(signal.sessionId, signal.reason);
    if (signal.kind === 'github_unlinked') await this.revokeLink(signal.linkId);
    if (signal.kind === 'policy_activated') {
      this.policyNews += 1;
      await this.usePolicy(signal.version, signal.atOnce === true ? 0 : POLICY_GRACE_MS);
    }
    if (signal.kind === 'resync') await Promise.all([this.revokeEnded(), this.lookUpPolicy()]);
  }

  /** The grant is gone at GitHub, so these are dead already; agents must hear of it. */
  private revokeLink(linkId: string): Promise<void> {
    const departure = { reason: 'account unlinked', due: this.now().getTime() };
    return this.release((entry) => entry.linkId === linkId, departure);
  }

  private async revokeEnded(): Promise<void> {
    const held = [...this.held.values()].map(({ sessionId }) => sessionId);
    const ids = new Set([...held, ...this.outgoing.sessionIds]);
    for (const id of await this.sessions.endedAmong([...ids])) await this.revokeSession(id, 'session ended');
  }

  private revokeSession(sessionId: string, reason: string): Promise<void> {
    this.rememberEnded(sessionId);
    return this.release((entry) => entry.sessionId === sessionId, { reason, due: this.now().getTime() });
  }

  /** After signals may have been missed: the activation is as old as the gap at least, so there is no grace. */
  private async lookUpPolicy(): Promise<void> {
    this.policyNews += 1;
    const asked = this.policyNews;
    this.isPolicyUnsure = true;
    const version = await this.policies.activeVersion();
    if (asked !== this.policyNews) return;
    this.isPolicyUnsure = false;
    if (version !== undefined) await this.usePolicy(version, 0);
  }

  private usePolicy(version: string, graceMs: number): Promise<void> {
    this.policyVersion = version;
    this.isPolicyUnsure = false;
    const departure = { reason: 'policy changed', due: this.now().getTime() + graceMs };
    return this.release((entry) => entry.policyVersion !== version, departure);
  }

  /** Nobody gets these again, from this moment; mints under way follow when they are there. */
  private async release(
    which: (entry: Pick<Entry, 'sessionId' | 'policyVersion' | 'linkId'>) => boolean,
    departure: Departure,
  ): Promise<void> {
    const entries = [...this.held].filter(([, entry]) => which(entry));
    for (const [key] of entries) this.held.delete(key);
    this.outgoing.hasten(which, departure);
    for (const [, { issued }] of entries) if (issued) this.outgoing.add(issued, departure);
    await this.outgoing.revokeDue();
    const underWay = await Promise.allSettled(entries.map(([, entry]) => entry.lease));
    for (const entry of underWay) if (entry.status === 'fulfilled') this.outgoing.add(entry.value, departure);
    await this.outgoing.revokeDue();
  }

  private rememberEnded(sessionId: string): void {
    this.ended.add(sessionId);
    if (this.ended.size <= ENDED_LIMIT) return;
    const [oldest] = this.ended;
    if (oldest !== undefined) this.ended.delete(oldest);
  }

  /** Revokes what is past its life, and tries again what failed before. */
  private async sweep(): Promise<void> {
    const now = this.now().getTime();
    for (const [key, entry] of this.held)
      if (entry.issued && entry.issued.expiresAt.getTime() <= now) this.retire(key, entry);
    if (this.isPolicyUnsure) await this.lookUpPolicy();
    await this.outgoing.revokeDue();
  }
}

const keyOf = (request: LeaseRequest): string => {
  const { session, installation, link, repositories, permissions, ttlSeconds, policyVersion } = request;
  const { app, id } = installation;
  const scope = [app.site, app.id, id, [...repositories].sort(), Object.entries(permissions).sort(), ttlSeconds];
  // new tokens of a link make new leases: whether GitHub honours those of the old ones is not documented
  return JSON.stringify([session.id, policyVersion, link?.id, link?.refreshes, ...scope]);
};
