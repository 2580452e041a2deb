import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../../access/http-caller.js';
import { PageQuery } from '../../page.dto.js';
import { correlationOf } from '../../problem/correlation.js';
import type { Identity } from '../identity.js';
import { CreateTokenBody } from './api-tokens.dto.js';
import { ApiTokens, type ApiToken } from './api-tokens.service.js';

@ApiTags('tokens')
@Controller('api/v1/tokens')
export class ApiTokensController {
  constructor(private readonly tokens: ApiTokens) {}

  @Post()
  async create(@Caller() caller: Identity, @Body() body: CreateTokenBody, @Req() request: Request) {
    const { token, row } = await this.tokens.create(caller, body, correlationOf(request));
    return { token, ...tokenView(row) };
  }

  @Get()
  async list(@Caller() caller: Identity, @Query() query: PageQuery) {
    const page = await this.tokens.list(caller, { limit: query.limit, cursor: query.cursor });
    return { items: page.items.map(tokenView), next: page.next };
  }

  @Delete(':id')
  @HttpCode(204)
  async revoke(@Caller() caller: Identity, @Param('id') id: string, @Req() request: Request): Promise<void> {
    await this.tokens.revoke(caller, id, correlationOf(request));
  }
}

const tokenView = (row: ApiToken) => ({
  id: row.id,
  name: row.name,
  scopes: row.scopes,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
  revoked_at: row.revokedAt?.toISOString() ?? null,
});
