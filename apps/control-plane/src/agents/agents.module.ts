import { Module } from '@nestjs/common';
import { SeenTokens } from '../auth/seen-tokens.service.js';
import { CLOCK } from '../clock.js';
import { PublicUrl } from '../server/public-url.js';
import { SETTINGS } from '../settings.js';
import { SignalsModule } from '../signals/signals.module.js';
import { AuditKeysModule } from '../trail/keys/audit-keys.module.js';
import { AgentAuthority } from './agent-authority.js';
import { AgentsController } from './agents.controller.js';
import { AgentsService } from './agents.service.js';
import { EnrolmentGrpc } from './enrolment.grpc.js';
import { EnrolmentService } from './enrolment.service.js';
import { GrpcAddress } from './grpc-address.js';
import { JoinTokensService } from './join-tokens.service.js';
import { JoinNonces } from './joining/join-nonces.js';
import { JOIN_WAYS, joinWaysOf } from './joining/join-ways.js';
import { JoinController } from './joining/join.controller.js';
import { JoinService } from './joining/join.service.js';

@Module({
  imports: [AuditKeysModule, SignalsModule],
  controllers: [AgentsController, EnrolmentGrpc, JoinController],
  providers: [
    AgentAuthority,
    AgentsService,
    EnrolmentService,
    GrpcAddress,
    JoinNonces,
    JoinService,
    JoinTokensService,
    SeenTokens,
    { provide: JOIN_WAYS, useFactory: joinWaysOf, inject: [SETTINGS, JoinNonces, PublicUrl, CLOCK] },
  ],
  exports: [AgentsService, GrpcAddress],
})
export class AgentsModule {}
