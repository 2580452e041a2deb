import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { PromptsQuery } from './prompts.dto.js';
import { PromptsService } from './prompts.service.js';

@ApiTags('prompts')
@Controller('api/v1/prompts')
export class PromptsController {
  constructor(private readonly prompts: PromptsService) {}

  @Get()
  list(@Caller() caller: Identity, @Query() query: PromptsQuery, @Req() request: Request) {
    const { session_id: sessionId, sha256, cursor, limit } = query;
    return this.prompts.read(caller, { sessionId, sha256, cursor, limit }, correlationOf(request));
  }
}
