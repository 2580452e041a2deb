import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { VerifyBody } from './trail-check.dto.js';
import { TrailCheckService } from './trail-check.service.js';

@ApiTags('audit')
@Controller('api/v1/audit')
export class TrailCheckController {
  constructor(private readonly checks: TrailCheckService) {}

  /** What `holdshort audit verify --since` checks, by the control plane itself: for a look, not for evidence. */
  @Post('verify')
  @HttpCode(200)
  verify(@Caller() caller: Identity, @Body() { since }: VerifyBody, @Req() request: Request) {
    return this.checks.verify(caller, since === undefined ? undefined : new Date(since), correlationOf(request));
  }
}
