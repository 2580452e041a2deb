import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Metadata } from '@grpc/grpc-js';
import { agentV1 } from '@holdshort/contracts';
import { HoldshortError } from '@holdshort/errors';
import { concatMap, defer, distinctUntilChanged, filter, from, merge, of, takeWhile, type Observable } from 'rxjs';
import { DataSource } from 'typeorm';
import { peerOf } from '../access/peer.js';
import { AgentsService } from '../agents/agents.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { SignalsService } from '../signals/signals.service.js';
import { ApprovalEntity, type ApprovalStateName } from './approval.entity.js';
import { ApprovalsService } from './approvals.service.js';
import { HeldContentService } from './held-content.service.js';
import { countGates } from './gate-count.js';

const STATES: Record<ApprovalStateName, agentV1.ApprovalState> = {
  pending: agentV1.ApprovalState.APPROVAL_STATE_PENDING,
  approved: agentV1.ApprovalState.APPROVAL_STATE_APPROVED,
  rejected: agentV1.ApprovalState.APPROVAL_STATE_REJECTED,
  expired: agentV1.ApprovalState.APPROVAL_STATE_EXPIRED,
  used: agentV1.ApprovalState.APPROVAL_STATE_USED,
};

@Controller()
export class ApprovalGrpc {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly agents: AgentsService,
    private readonly approvals: ApprovalsService,
    private readonly sessions: SessionsService,
    private readonly signals: SignalsService,
    private readonly contents: HeldContentService,
  ) {}

  /** The state at once, then each change from whichever replica; ends with the first state that is not pending. */
  @GrpcMethod('ApprovalService', 'AwaitApproval')
  await(
    request: agentV1.AwaitApprovalRequest,
    _metadata: Metadata,
    call: object,
  ): Observable<agentV1.AwaitApprovalResponse> {
    const id = request.approvalId;
    const agentId = peerOf(call).id;
    // a session that ends, or a stop, ends the wait: the look refuses
    const changes = this.signals.all.pipe(
      filter(
        (signal) =>
          signal.kind === 'resync' ||
          signal.kind === 'session_ended' ||
          signal.kind === 'kill_changed' ||
          (signal.kind === 'approval_changed' && signal.approvalId === id),
      ),
    );
    // subscribed to changes before the first look, so that none falls between
    return defer(() => merge(of(null), changes)).pipe(
      concatMap(() => from(this.look(id, agentId))),
      distinctUntilChanged((before, after) => JSON.stringify(before) === JSON.stringify(after)),
      this.agents.untilRevoked(agentId),
      takeWhile((answer) => answer.state === agentV1.ApprovalState.APPROVAL_STATE_PENDING, true),
    );
  }

  @GrpcMethod('ApprovalService', 'ShowHeld')
  async show(request: agentV1.ShowHeldRequest, _metadata: Metadata, call: object): Promise<agentV1.ShowHeldResponse> {
    return { stored: await this.contents.store(request, peerOf(call).id) };
  }

  private async look(id: string, agentId: string): Promise<agentV1.AwaitApprovalResponse> {
    const row = await this.database.getRepository(ApprovalEntity).findOneBy({ id });
    if (!row) throw new HoldshortError('not_found', 'There is no such approval.');
    await this.sessions.requireLive(row.sessionId, agentId);
    const votes = (await this.approvals.votesOf([id])).get(id) ?? [];
    return {
      state: STATES[row.state],
      gates: countGates(row.gates, votes),
      approvers: votes.filter((vote) => vote.effect === 'approve').map((vote) => vote.login),
      rejectedBy: row.rejectedBy ?? '',
      reason: row.reason ?? '',
    };
  }
}
