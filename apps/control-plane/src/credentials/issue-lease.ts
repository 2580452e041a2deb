import { Inject, Injectable } from '@nestjs/common';
import type { Tracing } from '@holdshort/telemetry';
import { DataSource, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { newId, sha256Hex } from '../random-id.js';
import { SEALED_TEXT, type SealedText } from '../secrets/sealed-text.js';
import { TRACING } from '../tracing.js';
import type { Session } from '../sessions/session.js';
import { humanOfSession } from '../sessions/session-view.js';
import type { GithubLink } from '../github-links/github-link.js';
import { UserLease } from '../github-links/user-lease.service.js';
import type { Installation, InstallationToken } from './github-app.js';
import { GithubApps } from './github-apps.js';
import { eventLease, type HeldLease } from './held-lease.js';
import type { Permissions } from './lease-permissions.js';
import { LeaseEntity } from './lease.entity.js';
import { OutgoingLeases } from './outgoing-leases.js';

export interface LeaseRequest {
  session: Session;
  installation: Installation;
  /** Set: the lease is the engineer's own, by this link. */
  link: GithubLink | undefined;
  /** Names without owner; empty for a call that is not about a repository. */
  repositories: string[];
  permissions: Permissions;
  /** From policy; undefined leaves an hour. */
  ttlSeconds: number | undefined;
  /** The policy that allowed the call. */
  policyVersion: string;
  correlationId: string;
}

/** As long as GitHub gives an installation; tokens of people would live for eight hours. */
const LONGEST_S = 3600;

const NOT_KEPT = { site: null, appId: null, sealedToken: null };

/** Has GitHub make a token and records that it did, before anybody gets it. */
@Injectable()
export class IssueLease {
  private readonly rows: Repository<LeaseEntity>;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    database: DataSource,
    private readonly app: GithubApps,
    private readonly users: UserLease,
    private readonly outgoing: OutgoingLeases,
    private readonly audit: ControlPlaneAudit,
    @Inject(SEALED_TEXT) private readonly sealed: SealedText,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(TRACING) private readonly tracing: Tracing,
  ) {
    this.rows = database.getRepository(LeaseEntity);
  }

  /** @throws HoldshortError `lease_unavailable` or `audit_unavailable`; a token that could not be recorded is revoked */
  async issue(request: LeaseRequest): Promise<HeldLease> {
    this.audit.requireWritable();
    const minted = await this.tracing.run('mint token', { kind: 'client' }, () => this.mint(request));
    const issuedAt = this.now();
    const asked = secondsLater(issuedAt, request.ttlSeconds ?? LONGEST_S);
    const lease: HeldLease = {
      id: newId('lse'),
      kind: request.link ? 'user' : 'installation',
      linkId: request.link?.id,
      sessionId: request.session.id,
      installation: request.installation,
      token: minted.token,
      issuedAt,
      expiresAt: asked < minted.expiresAt ? asked : minted.expiresAt,
      permissions: minted.permissions,
      repositories: request.repositories.map((name) => `${request.installation.account}/${name}`),
      policyVersion: request.policyVersion,
    };
    try {
      await this.note(lease, request);
    } catch (error) {
      this.outgoing.add(lease, { reason: 'not recorded', due: 0 });
      await this.outgoing.revokeDue();
      throw error;
    }
    return lease;
  }

  private mint({ installation, link, repositories, permissions }: LeaseRequest): Promise<InstallationToken> {
    if (!link) return this.app.mint(installation, repositories, permissions);
    return this.users.scoped(link, { target: installation.account, repositories, permissions });
  }

  private async note(lease: HeldLease, { session, link, correlationId }: LeaseRequest): Promise<void> {
    const { id, kind, sessionId, repositories, permissions, issuedAt, expiresAt } = lease;
    const tokenSha256 = sha256Hex(lease.token);
    const fields = { id, kind, sessionId, repositories, permissions, tokenSha256, issuedAt, expiresAt };
    const { site, id: appId } = lease.installation.app;
    const kept = link ? { site, appId, sealedToken: await this.sealed.seal(lease.token) } : NOT_KEPT;
    await this.rows.insert({ ...fields, ...kept, revokedAt: null });
    await this.audit.record({
      type: 'lease.issued',
      correlation_id: correlationId,
      session_id: sessionId,
      human: humanOfSession(session),
      ...(session.assistant === '' ? {} : { ai: { tool: session.assistant } }),
      ...(link ? { github_actor: { login: link.githubLogin, id: link.githubId } } : {}),
      lease: eventLease(lease),
      outcome: 'success',
    });
  }
}
