import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SignalsModule } from '../signals/signals.module.js';
import { WatchGrpc } from './watch.grpc.js';

@Module({ imports: [AgentsModule, PoliciesModule, SessionsModule, SignalsModule], controllers: [WatchGrpc] })
export class WatchModule {}
