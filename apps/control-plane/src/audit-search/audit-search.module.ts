import { Module } from '@nestjs/common';
import { AuditSearchController } from './audit-search.controller.js';
import { AuditSearchService } from './audit-search.service.js';

@Module({ controllers: [AuditSearchController], providers: [AuditSearchService] })
export class AuditSearchModule {}
