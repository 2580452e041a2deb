import { Module } from '@nestjs/common';
import { AuditKeysService } from './audit-keys.service.js';

/** Apart from the rest of the trail: revoking an agent ends its keys, and needs nothing else of it. */
@Module({ providers: [AuditKeysService], exports: [AuditKeysService] })
export class AuditKeysModule {}
