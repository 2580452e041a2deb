import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import {
  concatMap,
  filter,
  from,
  ignoreElements,
  Observable,
  type MonoTypeOperatorFunction,
  type Subscription,
} from 'rxjs';
import { DataSource, IsNull, type EntityManager, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { SignalsService } from '../signals/signals.service.js';
import { AuditKeysService } from '../trail/keys/audit-keys.service.js';
import { AgentEntity } from './agent.entity.js';

/** A revocation comes by signal within milliseconds; this is for the rows that somebody changes by hand. */
const ACTIVE_CACHE_MS = 5_000;

const noSuchAgent = (): HoldshortError => new HoldshortError('not_found', 'There is no such agent.');

@Injectable()
export class AgentsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rows: Repository<AgentEntity>;
  private readonly activeUntil = new Map<string, number>();
  private subscription: Subscription | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    database: DataSource,
    private readonly signals: SignalsService,
    private readonly audit: ControlPlaneAudit,
    private readonly auditKeys: AuditKeysService,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(AgentEntity);
  }

  onApplicationBootstrap(): void {
    this.subscription = this.signals.all.subscribe((signal) => {
      if (signal.kind === 'agent_revoked') this.activeUntil.delete(signal.agentId);
      if (signal.kind === 'resync') this.activeUntil.clear();
    });
  }

  onApplicationShutdown(): void {
    this.subscription?.unsubscribe();
  }

  /** Whether the agent is enrolled and not revoked. */
  async isActive(id: string): Promise<boolean> {
    const now = this.now().getTime();
    if (this.signals.isConnected() && (this.activeUntil.get(id) ?? 0) > now) return true;
    const row = await this.rows.findOneBy({ id });
    const active = row !== null && row.revokedAt === null;
    if (active) this.activeUntil.set(id, now + ACTIVE_CACHE_MS);
    else this.activeUntil.delete(id);
    return active;
  }

  /** @throws HoldshortError `not_authenticated` for an agent that is unknown or revoked */
  async requireActive(id: string): Promise<void> {
    if (await this.isActive(id)) return;
    throw new HoldshortError('not_authenticated', 'The agent is unknown or revoked.', {
      advice: 'Enrol it with a new join token.',
    });
  }

  /** @throws HoldshortError `not_found` for an agent that is unknown or revoked */
  async requireById(id: string): Promise<{ id: string; workspace: string }> {
    const row = await this.rows.findOneBy({ id });
    if (row === null || row.revokedAt !== null) throw noSuchAgent();
    return row;
  }

  /**
   * The certificate stays valid until it expires, so the agent is refused by name: its streams are cut on every replica,
   * each new call is refused. Revoking twice is no error.
   * @throws HoldshortError `not_found`
   */
  async revoke(
    manager: EntityManager,
    id: string,
    by: { caller: Identity; reason: string; correlationId: string },
  ): Promise<void> {
    const rows = manager.getRepository(AgentEntity);
    if (!(await rows.existsBy({ id }))) throw noSuchAgent();
    const changed = await rows.update({ id, revokedAt: IsNull() }, { revokedAt: this.now() });
    if (changed.affected !== 1) return;
    await this.auditKeys.revoke(manager, id);
    await this.signals.send(manager, { kind: 'agent_revoked', agentId: id });
    await this.audit.record({
      type: 'agent.revoked',
      correlation_id: by.correlationId,
      human: by.caller,
      outcome: 'success',
      detail: { agent_id: id, reason: by.reason },
    });
  }

  /** Passes a stream on until the agent is revoked; then it ends with the refusal that a new call would get. */
  untilRevoked<T>(id: string): MonoTypeOperatorFunction<T> {
    const revoked = this.signals.all.pipe(
      filter((signal) => signal.kind === 'resync' || (signal.kind === 'agent_revoked' && signal.agentId === id)),
      concatMap(() => from(this.requireActive(id))),
      ignoreElements(),
    );
    return (source) =>
      new Observable<T>((subscriber) => {
        const watching = revoked.subscribe({ error: (error: unknown) => subscriber.error(error) });
        const passing = source.subscribe(subscriber);
        return () => {
          watching.unsubscribe();
          passing.unsubscribe();
        };
      });
  }

  /** Notes that the agent is there, and what it says of itself. */
  async seen(id: string, about: { host?: string; version?: string } = {}): Promise<void> {
    await this.rows.update({ id }, { lastSeen: this.now(), ...about });
  }

  async renewed(id: string): Promise<void> {
    const now = this.now();
    await this.rows.update(
      { id },
      { lastSeen: now, certificateExpires: secondsLater(now, this.settings.agentCertificateSeconds) },
    );
  }

  async list() {
    const rows = await this.rows.find({ order: { enrolledAt: 'ASC', id: 'ASC' } });
    return rows.map((row) => ({
      id: row.id,
      workspace: row.workspace,
      host: row.host,
      version: row.version,
      enrolled_at: row.enrolledAt.toISOString(),
      last_seen: row.lastSeen?.toISOString() ?? null,
      certificate_expires: row.certificateExpires.toISOString(),
      revoked_at: row.revokedAt?.toISOString() ?? null,
    }));
  }
}
