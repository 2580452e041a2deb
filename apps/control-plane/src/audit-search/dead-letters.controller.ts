import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { ReplayBody } from './dead-letters.dto.js';
import { DeadLettersService } from './dead-letters.service.js';

@ApiTags('audit')
@Controller('api/v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly letters: DeadLettersService) {}

  @Get()
  async list() {
    return { items: await this.letters.list() };
  }

  @Post('replay')
  @HttpCode(202)
  async replay(@Caller() caller: Identity, @Body() { ids }: ReplayBody, @Req() request: Request) {
    return { wanted: await this.letters.replay(caller, ids, correlationOf(request)) };
  }
}
