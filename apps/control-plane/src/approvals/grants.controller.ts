import { Body, Controller, Delete, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HoldshortError } from '@holdshort/errors';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import type { Grant } from './grant-cover.js';
import { GrantBody, GrantListQuery } from './grants.dto.js';
import { GrantsService, type GrantOrder } from './grants.service.js';

@ApiTags('grants')
@Controller('api/v1/grants')
export class GrantsController {
  constructor(private readonly grants: GrantsService) {}

  @Post()
  async give(@Caller() caller: Identity, @Body() body: GrantBody, @Req() request: Request) {
    return grantView(await this.grants.give(caller, orderOf(body), correlationOf(request)));
  }

  @Get()
  async list(@Caller() caller: Identity, @Query() query: GrantListQuery) {
    return { items: (await this.grants.list(caller, query.state === 'live')).map(grantView) };
  }

  @Delete(':id')
  async revoke(@Caller() caller: Identity, @Param('id') id: string, @Req() request: Request) {
    return grantView(await this.grants.revoke(caller, id, correlationOf(request)));
  }
}

const refuse = (message: string): never => {
  throw new HoldshortError('request_malformed', message);
};

/** A merge changes the base of its pull request, so a grant for merges names that. */
const changesRef = (action: string): boolean => action.startsWith('ref.') || action === 'pull.merge';

function orderOf(body: GrantBody): GrantOrder {
  const { session_id: sessionId = '', engineer = '', ref: refGlob = '', actions, repo, gates, seconds, reason } = body;
  if ((sessionId === '') === (engineer === '')) refuse('A grant is for one session or for one engineer.');
  const onRefs = actions.filter(changesRef).length;
  if (onRefs > 0 && refGlob === '') refuse('A grant for changes of refs names the refs.');
  if (onRefs < actions.length && refGlob !== '') refuse('Intents on refs and others need grants of their own.');
  return { sessionId, engineer, actions, repo, refGlob, gates, seconds, reason };
}

const grantView = (row: Grant) => ({
  id: row.id,
  session_id: row.sessionId === '' ? null : row.sessionId,
  engineer: row.engineer,
  actions: row.actions,
  repo: row.repo,
  ref: row.refGlob === '' ? null : row.refGlob,
  gates: row.gates,
  reason: row.reason,
  granted_by: row.granterLogin,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
  revoked_at: row.revokedAt?.toISOString() ?? null,
  revoked_by: row.revokedBy,
  uses: row.uses,
});
