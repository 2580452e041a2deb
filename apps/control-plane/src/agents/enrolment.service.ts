import { Inject, Injectable } from '@nestjs/common';
import { toHoldshortError } from '@holdshort/errors';
import { DataSource } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import type { Plain } from '../database/plain.js';
import { newId } from '../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { AgentAuthority, type SignedCertificate } from './agent-authority.js';
import { AgentEntity } from './agent.entity.js';
import { AgentsService } from './agents.service.js';
import { JoinTokensService } from './join-tokens.service.js';

export interface Enrolment extends SignedCertificate {
  agentId: string;
  workspace: string;
}

interface EnrolFacts {
  certificateRequest: Uint8Array;
  host: string;
  version: string;
}

/** Longer names are cut: they are for people, nothing is decided by them. */
const NAME_LIMIT = 200;

@Injectable()
export class EnrolmentService {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly authority: AgentAuthority,
    private readonly tokens: JoinTokensService,
    private readonly agents: AgentsService,
    private readonly audit: ControlPlaneAudit,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** @throws HoldshortError where the token is used up or the request cannot be signed; then nothing changed */
  async enrol(tokenId: string, facts: EnrolFacts): Promise<Enrolment> {
    try {
      return await this.admit(tokenId, facts);
    } catch (thrown) {
      const { code, message } = toHoldshortError(thrown);
      await this.audit.record({
        type: 'agent.enrolment_refused',
        correlation_id: newId('cor'),
        outcome: 'refused',
        error: { code, message },
        detail: { join_token: tokenId, host: facts.host.slice(0, NAME_LIMIT) },
      });
      throw thrown;
    }
  }

  private async admit(tokenId: string, facts: EnrolFacts): Promise<Enrolment> {
    const agentId = newId('agt');
    const signed = await this.authority.sign(agentId, facts.certificateRequest);
    const workspace = await this.database.transaction(async (manager) => {
      const name = await this.tokens.consume(manager, tokenId, agentId);
      await manager.getRepository(AgentEntity).insert(this.newAgent(agentId, name, facts));
      await this.audit.record({
        type: 'agent.enrolled',
        correlation_id: newId('cor'),
        outcome: 'success',
        detail: { agent_id: agentId, workspace: name, host: facts.host.slice(0, NAME_LIMIT), join_token: tokenId },
      });
      return name;
    });
    return { agentId, workspace, ...signed };
  }

  async renew(agentId: string, certificateRequest: Uint8Array): Promise<SignedCertificate> {
    const signed = await this.authority.sign(agentId, certificateRequest);
    await this.audit.record({
      type: 'agent.renewed',
      correlation_id: newId('cor'),
      outcome: 'success',
      detail: { agent_id: agentId },
    });
    await this.agents.renewed(agentId);
    return signed;
  }

  private newAgent(id: string, workspace: string, facts: EnrolFacts): Plain<AgentEntity> {
    const enrolledAt = this.now();
    return {
      id,
      workspace,
      host: facts.host.slice(0, NAME_LIMIT),
      version: facts.version.slice(0, NAME_LIMIT),
      enrolledAt,
      lastSeen: enrolledAt,
      certificateExpires: secondsLater(enrolledAt, this.settings.agentCertificateSeconds),
      revokedAt: null,
    };
  }
}
