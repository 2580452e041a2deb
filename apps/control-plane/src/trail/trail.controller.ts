import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AnchorsService } from './anchors.service.js';
import { HeadsService } from './heads.service.js';
import { AuditKeysService } from './keys/audit-keys.service.js';
import { AnchorsQuery, TrailPageQuery } from './trail.dto.js';

@ApiTags('audit')
@Controller('api/v1/audit')
export class TrailController {
  constructor(
    private readonly auditKeys: AuditKeysService,
    private readonly headsOfChains: HeadsService,
    private readonly anchorsOfHours: AnchorsService,
  ) {}

  @Get('keys')
  keys(@Query() { after, limit }: TrailPageQuery) {
    return this.auditKeys.list(after, limit);
  }

  @Get('heads')
  heads(@Query() { after, limit }: TrailPageQuery) {
    return this.headsOfChains.list(after, limit);
  }

  @Get('anchors')
  anchors(@Query() { after, limit }: AnchorsQuery) {
    return this.anchorsOfHours.list(after, limit);
  }
}
