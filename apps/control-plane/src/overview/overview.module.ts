import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { AuditSearchModule } from '../audit-search/audit-search.module.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';

@Module({
  imports: [AgentsModule, AuditSearchModule],
  controllers: [OverviewController],
  providers: [OverviewService],
})
export class OverviewModule {}
