import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { PromptKeepings } from '../prompts/prompt-keepings.js';
import { SignalsModule } from '../signals/signals.module.js';
import { EndSessions } from './end-sessions.service.js';
import { KillSwitches } from './kill-switches.service.js';
import { ListSessionsService } from './list-sessions.service.js';
import { SessionGrpc } from './session.grpc.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { StopWorkController } from './stop-work.controller.js';
import { StopWork } from './stop-work.service.js';

@Module({
  imports: [AgentsModule, SignalsModule],
  controllers: [SessionsController, SessionGrpc, StopWorkController],
  providers: [EndSessions, KillSwitches, ListSessionsService, PromptKeepings, SessionsService, StopWork],
  exports: [KillSwitches, PromptKeepings, SessionsService],
})
export class SessionsModule {}
