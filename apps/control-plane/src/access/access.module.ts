import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AgentsModule } from '../agents/agents.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { AccessGuard } from './access.guard.js';

@Module({ imports: [AgentsModule, AuthModule], providers: [{ provide: APP_GUARD, useClass: AccessGuard }] })
export class AccessModule {}
