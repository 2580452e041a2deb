import { Module } from '@nestjs/common';
import { CLOCK } from '../clock.js';
import { SETTINGS } from '../settings.js';
import { ANCHOR_STORES } from './anchor-stores/anchor-store.js';
import { anchorStoresOf } from './anchor-stores/anchor-stores-of.js';
import { AnchorsService } from './anchors.service.js';
import { HeadsService } from './heads.service.js';
import { AuditKeysModule } from './keys/audit-keys.module.js';
import { OwnTrail } from './own-trail.js';
import { TIME_STAMP_AUTHORITY, timeStampAuthorityOf } from './time-stamps/time-stamp-authority.js';
import { TrailController } from './trail.controller.js';
import { TrailGrpc } from './trail.grpc.js';

/** How the control plane vouches for the trail: certified keys, countersigned heads, hourly anchors. */
@Module({
  imports: [AuditKeysModule],
  controllers: [TrailController, TrailGrpc],
  providers: [
    AnchorsService,
    HeadsService,
    OwnTrail,
    {
      provide: ANCHOR_STORES,
      useFactory: (settings: Parameters<typeof anchorStoresOf>[0], now: Parameters<typeof anchorStoresOf>[1]) =>
        anchorStoresOf(settings, now),
      inject: [SETTINGS, CLOCK],
    },
    {
      provide: TIME_STAMP_AUTHORITY,
      useFactory: (settings: Parameters<typeof timeStampAuthorityOf>[0]) => timeStampAuthorityOf(settings),
      inject: [SETTINGS],
    },
  ],
  exports: [AnchorsService, HeadsService],
})
export class TrailModule {}
