import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type EntityManager } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { newId } from '../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { AgentAuthority } from './agent-authority.js';
import { GrpcAddress } from './grpc-address.js';
import { JoinTokenEntity } from './join-token.entity.js';

export interface JoinToken {
  token: string;
  id: string;
  expiresAt: Date;
}

/** What brings a new agent in: a key pair and where to go, usable once. */
@Injectable()
export class JoinTokensService {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly authority: AgentAuthority,
    private readonly address: GrpcAddress,
    private readonly audit: ControlPlaneAudit,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** By an administrator, or by the launcher where there is no caller. A token without a record is not given out. */
  async order(workspace: string, caller: Identity | undefined, correlationId: string): Promise<JoinToken> {
    const token = await this.create(workspace, caller?.login ?? 'launcher');
    await this.audit.record({
      type: 'agent.join_token_created',
      correlation_id: correlationId,
      ...(caller ? { human: caller } : {}),
      outcome: 'success',
      detail: { workspace, join_token: token.id, by_launcher: caller === undefined },
    });
    return token;
  }

  /** The token is shown once; the control plane keeps its id only. */
  async create(workspace: string, createdBy: string): Promise<JoinToken> {
    const id = newId('jt');
    const createdAt = this.now();
    const expiresAt = secondsLater(createdAt, this.settings.joinTokenSeconds);
    const bootstrap = await this.authority.bootstrap(id);
    await this.database
      .getRepository(JoinTokenEntity)
      .insert({ id, workspace, createdBy, createdAt, expiresAt, usedAt: null, agentId: null });
    const content = {
      v: 1,
      id,
      grpc: this.address.public,
      relay: this.settings.kafkaBrokers === undefined ? (this.settings.relayAddress ?? null) : null,
      tenant: this.settings.tenant,
      ca: this.authority.certificate,
      cert: bootstrap.certificate,
      key: bootstrap.privateKey,
      expires: expiresAt.toISOString(),
    };
    return { token: `hsj1_${Buffer.from(JSON.stringify(content)).toString('base64url')}`, id, expiresAt };
  }

  /**
   * Uses the token up, in one statement: of two that come at once, one wins.
   * @returns the workspace it was made for
   * @throws HoldshortError `not_authorized` for a token that is used, expired or unknown
   */
  async consume(manager: EntityManager, id: string, agentId: string): Promise<string> {
    const [rows] = await manager.query<[{ workspace: string }[], number]>(
      `UPDATE holdshort.join_tokens SET used_at = $3, agent_id = $2
       WHERE id = $1 AND used_at IS NULL AND expires_at > $3 RETURNING workspace`,
      [id, agentId, this.now()],
    );
    const [row] = rows;
    if (row) return row.workspace;
    throw new HoldshortError('not_authorized', 'The join token is used, expired or unknown.', {
      advice: 'Ask for a new one: each is good for one agent and 15 minutes.',
    });
  }
}
