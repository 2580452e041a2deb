import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { VerifyQuery } from './trail-check.dto.js';
import { TrailCheckService } from './trail-check.service.js';

@ApiTags('audit')
@Controller('api/v1/audit')
export class TrailCheckController {
  constructor(private readonly checks: TrailCheckService) {}

  /** What `holdshort audit verify --since` checks, by the control plane itself: for a look, not for evidence. */
  @Get('verification')
  verify(@Caller() caller: Identity, @Query() { since }: VerifyQuery, @Req() request: Request) {
    return this.checks.verify(caller, since === undefined ? undefined : new Date(since), correlationOf(request));
  }
}
