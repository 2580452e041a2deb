import { Module } from '@nestjs/common';
import { AuditSearchController } from './audit-search.controller.js';
import { AuditSearchService } from './audit-search.service.js';
import { AuditStore } from './audit-store.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLettersService } from './dead-letters.service.js';
import { LegalHoldsController } from './legal-holds.controller.js';
import { LegalHoldsService } from './legal-holds.service.js';
import { TrailCounts } from './trail-counts.service.js';

@Module({
  controllers: [AuditSearchController, LegalHoldsController, DeadLettersController],
  providers: [AuditStore, AuditSearchService, LegalHoldsService, DeadLettersService, TrailCounts],
  exports: [AuditSearchService, AuditStore, TrailCounts],
})
export class AuditSearchModule {}
