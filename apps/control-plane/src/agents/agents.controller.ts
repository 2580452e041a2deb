import { Body, Controller, Get, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { CallerOrLauncher } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { CreateJoinTokenBody } from './agents.dto.js';
import { AgentsService } from './agents.service.js';
import { JoinTokensService } from './join-tokens.service.js';

@ApiTags('agents')
@Controller('api/v1/agents')
export class AgentsController {
  constructor(
    private readonly agents: AgentsService,
    private readonly joinTokens: JoinTokensService,
  ) {}

  @Post('join-tokens')
  async createJoinToken(
    @CallerOrLauncher() caller: Identity | undefined,
    @Body() body: CreateJoinTokenBody,
    @Req() request: Request,
  ) {
    const { token, id, expiresAt } = await this.joinTokens.order(body.workspace, caller, correlationOf(request));
    return { token, id, expires_at: expiresAt.toISOString() };
  }

  @Get()
  async list() {
    return { items: await this.agents.list() };
  }
}
