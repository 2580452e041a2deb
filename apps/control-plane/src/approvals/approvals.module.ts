import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { SeenTokens } from '../auth/seen-tokens.service.js';
import { CLOCK } from '../clock.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SETTINGS } from '../settings.js';
import { SignalsModule } from '../signals/signals.module.js';
import { ApprovalVotesService } from './approval-votes.service.js';
import { ApprovalGrpc } from './approval.grpc.js';
import { ApprovalsController } from './approvals.controller.js';
import { ApprovalsService } from './approvals.service.js';
import { ExpireApprovals } from './expire-approvals.js';
import { GrantsController } from './grants.controller.js';
import { GrantsService } from './grants.service.js';
import { HeldContentService } from './held-content.service.js';
import { ListApprovalsService } from './list-approvals.service.js';
import { NOTIFIERS, notifiersOf } from './notify/notifiers.js';
import { OutboxService } from './notify/outbox.service.js';
import { SendNotifications } from './notify/send-notifications.js';
import { SlackAnswersService } from './notify/slack-answers.service.js';
import { SlackPeople } from './notify/slack-people.service.js';
import { SlackController } from './notify/slack.controller.js';

@Module({
  imports: [AgentsModule, AuthModule, SessionsModule, SignalsModule],
  controllers: [ApprovalsController, ApprovalGrpc, GrantsController, SlackController],
  providers: [
    ApprovalsService,
    ApprovalVotesService,
    ExpireApprovals,
    GrantsService,
    HeldContentService,
    ListApprovalsService,
    { provide: NOTIFIERS, useFactory: notifiersOf, inject: [SETTINGS, CLOCK] },
    OutboxService,
    SeenTokens,
    SendNotifications,
    SlackAnswersService,
    SlackPeople,
  ],
  exports: [ApprovalsService, GrantsService],
})
export class ApprovalsModule {}
