import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SignalsModule } from '../signals/signals.module.js';
import { ApprovalVotesService } from './approval-votes.service.js';
import { ApprovalGrpc } from './approval.grpc.js';
import { ApprovalsController } from './approvals.controller.js';
import { ApprovalsService } from './approvals.service.js';
import { ExpireApprovals } from './expire-approvals.js';
import { ListApprovalsService } from './list-approvals.service.js';

@Module({
  imports: [AgentsModule, SessionsModule, SignalsModule],
  controllers: [ApprovalsController, ApprovalGrpc],
  providers: [ApprovalsService, ApprovalVotesService, ExpireApprovals, ListApprovalsService],
  exports: [ApprovalsService],
})
export class ApprovalsModule {}
