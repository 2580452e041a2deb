import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, IsNull, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { AgentsService } from '../agents/agents.service.js';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import { CLOCK, type Clock } from '../clock.js';
import type { Plain } from '../database/plain.js';
import { newId } from '../random-id.js';
import { SignalsService } from '../signals/signals.service.js';
import { EndSessions } from './end-sessions.service.js';
import { KillSwitchEntity, type KillScope } from './kill-switch.entity.js';
import { killWords } from './kill-switches.service.js';
import { SessionEntity } from './session.entity.js';

export interface KillOrder {
  scope: KillScope;
  target: string;
  reason: string;
}

export interface OrderedBy {
  caller: Identity;
  correlationId: string;
}

/** Stops work at once: by kill switch, or by revoking an agent. What it stops is refused on every replica. */
@Injectable()
export class StopWork {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly agents: AgentsService,
    private readonly ends: EndSessions,
    private readonly signals: SignalsService,
    private readonly audit: ControlPlaneAudit,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Ends the sessions that the order covers and refuses new ones until it is lifted. @throws `not_found` for no such session */
  async engage(order: KillOrder, by: OrderedBy): Promise<{ row: Plain<KillSwitchEntity>; sessions: number }> {
    return this.database.transaction(async (manager) => {
      await this.requireTarget(manager, order);
      const row = this.newRow(order, by.caller);
      await manager.getRepository(KillSwitchEntity).insert(row);
      const sessions = await this.ends.endMatching(manager, sessionsOf(order), {
        reason: killWords(row),
        correlationId: by.correlationId,
      });
      await this.signals.send(manager, { kind: 'kill_changed' });
      const { detail, ...facts } = factsOf(row, by);
      await this.audit.record({ type: 'kill.engaged', ...facts, detail: { ...detail, sessions_ended: sessions } });
      return { row, sessions };
    });
  }

  /** Sessions that were ended stay ended. @throws HoldshortError `not_found`, or `conflict` for one that is lifted */
  async lift(id: string, by: OrderedBy): Promise<Plain<KillSwitchEntity>> {
    return this.database.transaction(async (manager) => {
      const rows = manager.getRepository(KillSwitchEntity);
      const lifted = { liftedAt: this.now(), liftedBy: by.caller.login };
      const changed = await rows.update({ id, liftedAt: IsNull() }, lifted);
      const row = await rows.findOneBy({ id });
      if (!row) throw new HoldshortError('not_found', 'There is no such kill switch.');
      if (changed.affected !== 1) throw new HoldshortError('conflict', 'This kill switch is lifted already.');
      await this.signals.send(manager, { kind: 'kill_changed' });
      await this.audit.record({ type: 'kill.lifted', ...factsOf(row, by) });
      return row;
    });
  }

  /** Newest first. */
  list(inForceOnly: boolean): Promise<Plain<KillSwitchEntity>[]> {
    const where = inForceOnly ? { liftedAt: IsNull() } : {};
    return this.database
      .getRepository(KillSwitchEntity)
      .find({ where, order: { engagedAt: 'DESC', id: 'DESC' }, take: 500 });
  }

  /** The agent is refused from now on, and the sessions that only it spoke for end. */
  async revokeAgent(id: string, reason: string, by: OrderedBy): Promise<void> {
    await this.database.transaction(async (manager) => {
      await this.agents.revoke(manager, id, { ...by, reason });
      await this.ends.endMatching(
        manager,
        { agentId: id },
        { reason: `agent revoked by ${by.caller.login}: ${reason}`, correlationId: by.correlationId },
      );
    });
  }

  private async requireTarget(manager: EntityManager, { scope, target }: KillOrder): Promise<void> {
    if (scope !== 'session' || (await manager.getRepository(SessionEntity).existsBy({ id: target }))) return;
    throw new HoldshortError('not_found', 'There is no such session.');
  }

  private newRow(order: KillOrder, caller: Identity): Plain<KillSwitchEntity> {
    const engaged = { engagedBy: caller.login, engagedAt: this.now() };
    return { id: newId('kil'), ...order, ...engaged, liftedBy: null, liftedAt: null };
  }
}

const factsOf = (row: Plain<KillSwitchEntity>, by: OrderedBy) =>
  ({
    correlation_id: by.correlationId,
    ...(row.scope === 'session' ? { session_id: row.target } : {}),
    human: by.caller,
    outcome: 'success',
    detail: { kill_id: row.id, scope: row.scope, target: row.target, reason: row.reason },
  }) as const;

function sessionsOf({ scope, target }: KillOrder): FindOptionsWhere<SessionEntity> {
  if (scope === 'session') return { id: target };
  if (scope === 'workspace') return { workspace: target };
  return scope === 'engineer' ? { humanLogin: target } : {};
}
