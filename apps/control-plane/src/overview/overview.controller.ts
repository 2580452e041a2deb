import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { OverviewQuery } from './overview.dto.js';
import { OverviewService } from './overview.service.js';

@ApiTags('overview')
@Controller('api/v1/overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  show(@Caller() caller: Identity, @Query() { since }: OverviewQuery) {
    return this.overview.show(caller, since === undefined ? undefined : new Date(since));
  }
}
