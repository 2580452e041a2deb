import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type Repository } from 'typeorm';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { AgentEntity } from './agent.entity.js';

/** A revoked agent is refused at new calls after at most this long. */
const ACTIVE_CACHE_MS = 5_000;

@Injectable()
export class AgentsService {
  private readonly rows: Repository<AgentEntity>;
  private readonly activeUntil = new Map<string, number>();

  constructor(
    database: DataSource,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(AgentEntity);
  }

  /** Whether the agent is enrolled and not revoked. */
  async isActive(id: string): Promise<boolean> {
    const now = this.now().getTime();
    if ((this.activeUntil.get(id) ?? 0) > now) return true;
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
    if (row === null || row.revokedAt !== null) throw new HoldshortError('not_found', 'There is no such agent.');
    return row;
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
      last_seen: row.lastSeen?.toISOString() ?? null,
      certificate_expires: row.certificateExpires.toISOString(),
      revoked_at: row.revokedAt?.toISOString() ?? null,
    }));
  }
}
