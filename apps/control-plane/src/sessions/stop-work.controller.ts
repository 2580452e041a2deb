import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HoldshortError } from '@holdshort/errors';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import type { Plain } from '../database/plain.js';
import { correlationOf } from '../problem/correlation.js';
import type { KillSwitchEntity } from './kill-switch.entity.js';
import { KillBody, KillListQuery, StopReasonBody } from './stop-work.dto.js';
import { StopWork, type KillOrder } from './stop-work.service.js';

@ApiTags('stops')
@Controller('api/v1')
export class StopWorkController {
  constructor(private readonly stops: StopWork) {}

  @Post('kill-switches')
  async engage(@Caller() caller: Identity, @Body() body: KillBody, @Req() request: Request) {
    const by = { caller, correlationId: correlationOf(request) };
    const { row, sessions } = await this.stops.engage(orderOf(body), by);
    return { ...killView(row), sessions_ended: sessions };
  }

  @Get('kill-switches')
  async list(@Query() query: KillListQuery) {
    return { items: (await this.stops.list(query.state === 'engaged')).map(killView) };
  }

  @Post('kill-switches/:id/lift')
  @HttpCode(200)
  async lift(@Caller() caller: Identity, @Param('id') id: string, @Req() request: Request) {
    return killView(await this.stops.lift(id, { caller, correlationId: correlationOf(request) }));
  }

  @Post('agents/:id/revoke')
  @HttpCode(200)
  async revoke(
    @Caller() caller: Identity,
    @Param('id') id: string,
    @Body() body: StopReasonBody,
    @Req() request: Request,
  ) {
    await this.stops.revokeAgent(id, body.reason, { caller, correlationId: correlationOf(request) });
    return { id, revoked: true };
  }
}

/** A stop that names nothing would stop nothing, or more than was meant. */
function orderOf({ scope, target = '', reason }: KillBody): KillOrder {
  if ((scope === 'all') === (target === '')) return { scope, target, reason };
  const words =
    scope === 'all' ? 'A stop of everything names no target.' : `A stop of scope ${scope} names its target.`;
  throw new HoldshortError('request_malformed', words);
}

const killView = (row: Plain<KillSwitchEntity>) => ({
  id: row.id,
  scope: row.scope,
  target: row.target,
  reason: row.reason,
  engaged_by: row.engagedBy,
  engaged_at: row.engagedAt.toISOString(),
  lifted_by: row.liftedBy,
  lifted_at: row.liftedAt?.toISOString() ?? null,
});
