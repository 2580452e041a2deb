import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type EntityManager } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { newId } from '../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { SignalsService } from '../signals/signals.service.js';
import { approvalEvent } from './approval-events.js';
import { ApprovalVoteEntity } from './approval-vote.entity.js';
import type { Approval, ApprovalVote } from './approval.js';
import { ApprovalEntity, type ApprovalStateName } from './approval.entity.js';
import { OutboxService } from './notify/outbox.service.js';
import type { CallKey, HoldRequest } from './hold-request.js';

export interface ApprovalUse {
  approvalId: string;
  approvers: string[];
  approvedAt: Date;
  digest: string;
}

/** An agent whose answer was lost asks again within seconds. */
const ANSWER_AGAIN_MS = 60_000;

const useOf = (row: Approval, votes: readonly ApprovalVote[]): ApprovalUse => ({
  approvalId: row.id,
  approvers: votes.filter((vote) => vote.effect === 'approve').map((vote) => vote.login),
  approvedAt: row.decidedAt ?? row.createdAt,
  digest: row.digest,
});

/** Holds, from the side of the decisions: opened, found, used up. */
@Injectable()
export class ApprovalsService {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly signals: SignalsService,
    private readonly audit: ControlPlaneAudit,
    private readonly outbox: OutboxService,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** The unexpired approval of exactly this call in one of the states; the newest of several. */
  async find(call: CallKey, state: ApprovalStateName): Promise<Approval | null> {
    return this.findIn(this.database.manager, call, state);
  }

  /** The pending approval of this call, made where there is none. */
  async open(hold: HoldRequest): Promise<Approval> {
    if (hold.digest === '') {
      throw new HoldshortError(
        'request_malformed',
        'A call that policy holds needs a digest that binds the approval to it.',
      );
    }
    return this.database.transaction(async (manager) => {
      await this.expireStale(manager, hold);
      const made = await this.insert(manager, hold);
      const row = made ?? (await this.findIn(manager, hold, 'pending'));
      if (!row) throw new HoldshortError('conflict', 'The approval changed while it was asked for; ask again.');
      return row;
    });
  }

  /**
   * Uses an approved approval up, in one statement: of two calls that come at once, one passes.
   * @returns undefined where it was used, expired or taken back meanwhile
   */
  async consume(id: string, call: HoldRequest): Promise<ApprovalUse | undefined> {
    return this.database.transaction(async (manager) => {
      const [rows] = await manager.query<[{ id: string }[], number]>(
        `UPDATE holdshort.approvals SET state = 'used', used_at = $7, used_by = $8
         WHERE id = $1 AND state = 'approved' AND expires_at > $7 AND session_id = $2 AND operation = $3
           AND repo = $4 AND digest = $5 AND policy_version = $6 RETURNING id`,
        [id, call.session.id, call.operation, call.repo, call.digest, call.policyVersion, this.now(), call.requestId],
      );
      if (rows.length !== 1) return undefined;
      return this.noteUse(manager, id, call.correlationId);
    });
  }

  /** What this very question used up a moment ago, where its answer was lost on the way. */
  async usedJustNow(call: HoldRequest): Promise<{ row: Approval; use: ApprovalUse } | undefined> {
    const row = await this.findIn(this.database.manager, call, 'used');
    const since = this.now().getTime() - (row?.usedAt?.getTime() ?? 0);
    if (!row || row.usedBy !== call.requestId || since > ANSWER_AGAIN_MS) return undefined;
    const votes = (await this.votesOf([row.id])).get(row.id) ?? [];
    return { row, use: useOf(row, votes) };
  }

  /** Ends an approval that no longer speaks of what is there; whoever waits is told. */
  async withdraw(id: string, reason: string, correlationId: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      const [rows] = await manager.query<[{ id: string }[], number]>(
        `UPDATE holdshort.approvals SET state = 'expired', reason = $2
         WHERE id = $1 AND state IN ('pending', 'approved') RETURNING id`,
        [id, reason],
      );
      if (rows.length !== 1) return;
      const row = await manager.getRepository(ApprovalEntity).findOneByOrFail({ id });
      await this.outbox.add(manager, 'expired', id);
      await this.signals.send(manager, { kind: 'approval_changed', approvalId: id });
      await this.audit.record(approvalEvent('approval.expired', row, { approvers: [], correlationId, reason }));
    });
  }

  async votesOf(ids: readonly string[]): Promise<Map<string, ApprovalVoteEntity[]>> {
    if (ids.length === 0) return new Map();
    const votes = await this.database
      .getRepository(ApprovalVoteEntity)
      .createQueryBuilder('v')
      .where('v.approval_id = ANY(:ids)', { ids: [...ids] })
      .orderBy('v.at')
      .getMany();
    return Map.groupBy(votes, (vote) => vote.approvalId);
  }

  private async noteUse(manager: EntityManager, id: string, correlationId: string): Promise<ApprovalUse> {
    const row = await manager.getRepository(ApprovalEntity).findOneByOrFail({ id });
    const votes = await manager.getRepository(ApprovalVoteEntity).findBy({ approvalId: id, effect: 'approve' });
    const use = useOf(row, votes);
    await this.outbox.add(manager, 'used', id);
    await this.signals.send(manager, { kind: 'approval_changed', approvalId: id });
    await this.audit.record(
      approvalEvent('approval.used', row, { approvers: use.approvers, correlationId, at: use.approvedAt }),
    );
    return use;
  }

  private findIn(manager: EntityManager, call: CallKey, state: ApprovalStateName): Promise<Approval | null> {
    return manager
      .getRepository(ApprovalEntity)
      .createQueryBuilder('a')
      .where('a.session_id = :session AND a.operation = :operation AND a.repo = :repo', {
        session: call.session.id,
        operation: call.operation,
        repo: call.repo,
      })
      .andWhere('a.digest = :digest AND a.policy_version = :version', {
        digest: call.digest,
        version: call.policyVersion,
      })
      .andWhere('a.state = :state AND a.expires_at > :now', { state, now: this.now() })
      .orderBy('a.created_at', 'DESC')
      .getOne();
  }

  /** One that is over its time must not stand in the way of a new one until the sweep comes. */
  private async expireStale(manager: EntityManager, call: CallKey): Promise<void> {
    await manager.query(
      `UPDATE holdshort.approvals SET state = 'expired' WHERE session_id = $1 AND operation = $2 AND repo = $3 AND digest = $4
         AND policy_version = $5 AND state = 'pending' AND expires_at <= $6`,
      [call.session.id, call.operation, call.repo, call.digest, call.policyVersion, this.now()],
    );
  }

  private async insert(manager: EntityManager, hold: HoldRequest): Promise<Approval | undefined> {
    const row = this.newRow(hold);
    const inserted = await manager
      .createQueryBuilder()
      .insert()
      .into(ApprovalEntity)
      .values(row)
      .orIgnore()
      .returning('id')
      .execute();
    if ((inserted.raw as unknown[]).length === 0) return undefined;
    await this.outbox.add(manager, 'requested', row.id);
    await this.signals.send(manager, { kind: 'approval_changed', approvalId: row.id });
    await this.audit.record(
      approvalEvent('approval.requested', row, { approvers: [], correlationId: hold.correlationId }),
    );
    return row;
  }

  private newRow(hold: HoldRequest): Approval {
    const { session, surface, operation, repo, refs, authors, findings, digest, expected } = hold;
    const { policyVersion, policies, gates, correlationId } = hold;
    const createdAt = this.now();
    return {
      id: newId('apr'),
      state: 'pending',
      sessionId: session.id,
      ...{
        surface,
        operation,
        repo,
        refs,
        authors,
        findings,
        digest,
        expected,
        policyVersion,
        policies,
        gates,
        correlationId,
      },
      ownerSub: session.humanSub,
      ownerIdp: session.humanIdp,
      ownerLogin: session.humanLogin,
      assistant: session.assistant,
      createdAt,
      expiresAt: secondsLater(createdAt, Math.min(hold.expiresSeconds, this.settings.holdExpiresSeconds)),
      ...{ decidedAt: null, usedAt: null, usedBy: null, rejectedBy: null, reason: null },
    };
  }
}
