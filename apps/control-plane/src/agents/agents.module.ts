import { Module } from '@nestjs/common';
import { SignalsModule } from '../signals/signals.module.js';
import { AgentAuthority } from './agent-authority.js';
import { AgentsController } from './agents.controller.js';
import { AgentsService } from './agents.service.js';
import { EnrolmentGrpc } from './enrolment.grpc.js';
import { EnrolmentService } from './enrolment.service.js';
import { GrpcAddress } from './grpc-address.js';
import { JoinTokensService } from './join-tokens.service.js';

@Module({
  imports: [SignalsModule],
  controllers: [AgentsController, EnrolmentGrpc],
  providers: [AgentAuthority, AgentsService, EnrolmentService, GrpcAddress, JoinTokensService],
  exports: [AgentsService, GrpcAddress],
})
export class AgentsModule {}
