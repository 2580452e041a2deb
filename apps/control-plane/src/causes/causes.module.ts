import { Module } from '@nestjs/common';
import { AuditSearchModule } from '../audit-search/audit-search.module.js';
import { CausesController } from './causes.controller.js';
import { CausesService } from './causes.service.js';

@Module({ imports: [AuditSearchModule], controllers: [CausesController], providers: [CausesService] })
export class CausesModule {}
