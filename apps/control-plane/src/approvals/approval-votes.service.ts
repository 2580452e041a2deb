import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type EntityManager } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import { CLOCK, type Clock } from '../clock.js';
import type { Plain } from '../database/plain.js';
import { SignalsService } from '../signals/signals.service.js';
import { answerEvent } from './approval-events.js';
import { ApprovalVoteEntity } from './approval-vote.entity.js';
import { ApprovalEntity } from './approval.entity.js';
import { requireEntitled } from './entitled.js';
import type { NoticeEvent } from './notify/notice.js';
import { OutboxService } from './notify/outbox.service.js';
import { areOpen, countGates } from './gate-count.js';

export interface Answer {
  effect: 'approve' | 'reject';
  reason: string;
  correlationId: string;
  /** Where the answer came from, unless by the API. */
  via?: 'slack';
}

/** People's answers to holds. There is no exception for administrators. */
@Injectable()
export class ApprovalVotesService {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly signals: SignalsService,
    private readonly audit: ControlPlaneAudit,
    private readonly outbox: OutboxService,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** @throws HoldshortError `not_authorized` for the owner, for authors of the commits and for who is in no gate's group, `conflict` for a decided one */
  async answer(voter: Identity, id: string, answer: Answer): Promise<ApprovalEntity> {
    return this.database.transaction(async (manager) => {
      const row = await this.lock(manager, id);
      this.refuseUnentitled(voter, row);
      await this.vote(manager, voter, row, answer);
      await this.settle(manager, voter, row, answer);
      return row;
    });
  }

  /** Locks the row: votes on one approval are counted one after the other. */
  private async lock(manager: EntityManager, id: string): Promise<ApprovalEntity> {
    const row = await manager
      .getRepository(ApprovalEntity)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw new HoldshortError('not_found', 'There is no such approval.');
    return row;
  }

  private refuseUnentitled(voter: Identity, row: ApprovalEntity): void {
    requireEntitled(voter, row);
    if (row.state !== 'pending') throw new HoldshortError('conflict', `This approval is ${row.state} already.`);
    if (row.expiresAt <= this.now()) throw new HoldshortError('conflict', 'This approval is expired already.');
  }

  private async vote(manager: EntityManager, voter: Identity, row: ApprovalEntity, answer: Answer): Promise<void> {
    const vote: Plain<ApprovalVoteEntity> = {
      approvalId: row.id,
      voterIdp: voter.idp,
      voterSub: voter.sub,
      login: voter.login,
      groups: voter.groups,
      effect: answer.effect,
      reason: answer.reason,
      at: this.now(),
    };
    const inserted = await manager
      .createQueryBuilder()
      .insert()
      .into(ApprovalVoteEntity)
      .values(vote)
      .orIgnore()
      .returning('approval_id')
      .execute();
    if ((inserted.raw as unknown[]).length === 0 && answer.effect === 'approve') {
      throw new HoldshortError('conflict', 'You have approved this already.');
    }
  }

  /** Works out the new state from all votes; a single rejection is final. */
  private async settle(manager: EntityManager, voter: Identity, row: ApprovalEntity, answer: Answer): Promise<void> {
    const votes = await manager.getRepository(ApprovalVoteEntity).findBy({ approvalId: row.id });
    const now = this.now();
    if (answer.effect === 'reject') {
      Object.assign(row, { state: 'rejected', decidedAt: now, rejectedBy: voter.login, reason: answer.reason });
    } else if (areOpen(countGates(row.gates, votes))) {
      Object.assign(row, { state: 'approved', decidedAt: now });
    }
    await manager.getRepository(ApprovalEntity).save(row);
    await this.outbox.add(manager, noticeOf(row.state), row.id);
    await this.signals.send(manager, { kind: 'approval_changed', approvalId: row.id });
    const facts = { approvers: [voter.login], correlationId: answer.correlationId, at: now, reason: answer.reason };
    const type = answer.effect === 'reject' ? 'approval.rejected' : 'approval.granted';
    await this.audit.record(
      answerEvent(type, row, facts, { by: voter.login, ...(answer.via ? { via: answer.via } : {}) }),
    );
  }
}

const noticeOf = (state: ApprovalEntity['state']): NoticeEvent =>
  state === 'rejected' ? 'rejected' : state === 'approved' ? 'granted' : 'answered';
