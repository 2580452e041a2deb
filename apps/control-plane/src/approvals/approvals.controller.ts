import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { ApprovalVotesService } from './approval-votes.service.js';
import { ApprovalListQuery, ApproveBody, RejectBody } from './approvals.dto.js';
import { HeldContentService } from './held-content.service.js';
import { ListApprovalsService } from './list-approvals.service.js';

@ApiTags('approvals')
@Controller('api/v1/approvals')
export class ApprovalsController {
  constructor(
    private readonly lists: ListApprovalsService,
    private readonly votes: ApprovalVotesService,
    private readonly contents: HeldContentService,
  ) {}

  @Get()
  list(@Caller() caller: Identity, @Query() query: ApprovalListQuery) {
    return this.lists.list(caller, { state: query.state, limit: query.limit, cursor: query.cursor });
  }

  @Get(':id')
  get(@Caller() caller: Identity, @Param('id') id: string) {
    return this.lists.get(caller, id);
  }

  /** What the call would write; null where nothing is kept of it. */
  @Get(':id/content')
  async content(@Caller() caller: Identity, @Param('id') id: string, @Req() request: Request) {
    await this.lists.get(caller, id);
    return { content: await this.contents.read(caller, id, correlationOf(request)) };
  }

  @Post(':id/approve')
  @HttpCode(200)
  async approve(
    @Caller() caller: Identity,
    @Param('id') id: string,
    @Body() body: ApproveBody,
    @Req() request: Request,
  ) {
    await this.lists.get(caller, id);
    await this.votes.answer(caller, id, {
      effect: 'approve',
      reason: body.reason ?? '',
      correlationId: correlationOf(request),
    });
    return this.lists.get(caller, id);
  }

  @Post(':id/reject')
  @HttpCode(200)
  async reject(@Caller() caller: Identity, @Param('id') id: string, @Body() body: RejectBody, @Req() request: Request) {
    await this.lists.get(caller, id);
    await this.votes.answer(caller, id, {
      effect: 'reject',
      reason: body.reason,
      correlationId: correlationOf(request),
    });
    return this.lists.get(caller, id);
  }
}
