import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { SignalsModule } from '../signals/signals.module.js';
import { ListSessionsService } from './list-sessions.service.js';
import { SessionGrpc } from './session.grpc.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [AgentsModule, SignalsModule],
  controllers: [SessionsController, SessionGrpc],
  providers: [SessionsService, ListSessionsService],
  exports: [SessionsService],
})
export class SessionsModule {}
