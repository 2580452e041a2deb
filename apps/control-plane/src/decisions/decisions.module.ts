import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { ApprovalsModule } from '../approvals/approvals.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { DecideService } from './decide.service.js';
import { DecisionLog } from './decision-log.js';
import { DecisionGrpc } from './decision.grpc.js';
import { JudgeCall } from './judge-call.js';
import { LeaseForCall } from './lease-for-call.js';
import { ObservedDecision } from './observed-decision.js';
import { PermittedActionsService } from './permitted-actions.service.js';
import { ResolveHold } from './resolve-hold.js';
import { ResolveTargets } from './resolve-targets.js';
import { SessionTaints } from './session-taints.js';
import { UsageCounters } from './usage-counters.js';

@Module({
  imports: [AgentsModule, ApprovalsModule, CredentialsModule, PoliciesModule, SessionsModule],
  controllers: [DecisionGrpc],
  providers: [
    DecideService,
    DecisionLog,
    JudgeCall,
    LeaseForCall,
    ObservedDecision,
    PermittedActionsService,
    ResolveHold,
    ResolveTargets,
    SessionTaints,
    UsageCounters,
  ],
})
export class DecisionsModule {}
