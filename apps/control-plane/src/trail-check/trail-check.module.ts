import { Module } from '@nestjs/common';
import { AuditSearchModule } from '../audit-search/audit-search.module.js';
import { AuditKeysModule } from '../trail/keys/audit-keys.module.js';
import { TrailModule } from '../trail/trail.module.js';
import { TrailCheckController } from './trail-check.controller.js';
import { TrailCheckService } from './trail-check.service.js';

@Module({
  imports: [AuditKeysModule, AuditSearchModule, TrailModule],
  controllers: [TrailCheckController],
  providers: [TrailCheckService],
})
export class TrailCheckModule {}
