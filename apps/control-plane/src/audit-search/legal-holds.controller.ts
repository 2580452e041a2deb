import { Body, Controller, Delete, Get, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { LegalHoldBody } from './legal-holds.dto.js';
import { LegalHoldsService } from './legal-holds.service.js';

@ApiTags('audit')
@Controller('api/v1/legal-holds')
export class LegalHoldsController {
  constructor(private readonly holds: LegalHoldsService) {}

  @Post()
  place(@Caller() caller: Identity, @Body() body: LegalHoldBody, @Req() request: Request) {
    return this.holds.place(caller, body, correlationOf(request));
  }

  @Get()
  async list() {
    return { items: await this.holds.list() };
  }

  @Delete(':session')
  release(@Caller() caller: Identity, @Param('session') session: string, @Req() request: Request) {
    return this.holds.release(caller, session, correlationOf(request));
  }
}
