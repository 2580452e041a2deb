import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { PageQuery } from '../page.dto.js';
import { correlationOf } from '../problem/correlation.js';
import { ActivatePolicy } from './activate-policy.service.js';
import { BreakGlassService } from './break-glass.service.js';
import { ActivationBody, BreakGlassBody, DiffQuery, ReviewBody, SavePolicyBody, StarterQuery } from './policies.dto.js';
import { examinePolicy } from './check-policy.js';
import { PoliciesService } from './policies.service.js';
import { activationView, checkedView, policyDetail, policySummary, starterViews } from './policy-view.js';
import { PolicyVersionsService } from './policy-versions.service.js';
import { readDraft } from './read-draft.js';

@ApiTags('policies')
@Controller('api/v1/policies')
export class PoliciesController {
  constructor(
    private readonly policies: PoliciesService,
    private readonly versions: PolicyVersionsService,
    private readonly activation: ActivatePolicy,
    private readonly breakGlass: BreakGlassService,
  ) {}

  @Get()
  async list(@Query() { limit, cursor }: PageQuery) {
    const page = await this.versions.list(limit, cursor);
    return { items: page.items.map(policySummary), next: page.next };
  }

  @Post()
  async save(@Caller() caller: Identity, @Body() body: SavePolicyBody, @Req() request: Request) {
    return policySummary(await this.versions.save(caller, readDraft(body), correlationOf(request)));
  }

  /** What `POST /policies` would say of it; nothing is stored. */
  @Post('check')
  @HttpCode(200)
  async check(@Body() body: SavePolicyBody) {
    return checkedView(await examinePolicy(readDraft(body).source));
  }

  @Get('starters')
  starters(@Query() { organisation, engineers, security }: StarterQuery) {
    return {
      items: starterViews({
        ...(organisation === undefined ? {} : { organisation }),
        ...(engineers === undefined ? {} : { engineers }),
        ...(security === undefined ? {} : { security }),
      }),
    };
  }

  @Get('active')
  active() {
    return this.policies.describeActive();
  }

  @Get('activations')
  async activations(@Query() { limit, cursor }: PageQuery) {
    const page = await this.versions.activations(limit, cursor);
    return { items: page.items.map(activationView), next: page.next };
  }

  @Post('rollback')
  @HttpCode(200)
  async rollback(@Caller() caller: Identity, @Body() body: ActivationBody, @Req() request: Request) {
    const version = await this.activation.rollback(caller, activationOf(body, request));
    await this.policies.reload();
    return policySummary(await this.versions.get(version));
  }

  @Post('break-glass')
  openBreakGlass(@Caller() caller: Identity, @Body() body: BreakGlassBody, @Req() request: Request) {
    const { session_id: sessionId, reason, minutes } = body;
    return this.breakGlass.open(caller, { sessionId, reason, minutes }, correlationOf(request));
  }

  @Get(':id')
  async get(@Param('id') id: string) {
    return policyDetail(await this.versions.get(id));
  }

  @Get(':id/diff')
  diff(@Param('id') id: string, @Query() { against }: DiffQuery) {
    return this.versions.diff(id, against);
  }

  @Post(':id/submit')
  @HttpCode(200)
  async submit(@Caller() caller: Identity, @Param('id') id: string, @Req() request: Request) {
    return policySummary(await this.versions.submit(caller, id, correlationOf(request)));
  }

  @Post(':id/review')
  @HttpCode(200)
  async review(@Caller() caller: Identity, @Param('id') id: string, @Body() body: ReviewBody, @Req() request: Request) {
    const review = { approve: body.approve, note: body.note ?? '' };
    return policySummary(await this.versions.review(caller, id, review, correlationOf(request)));
  }

  @Post(':id/activate')
  @HttpCode(200)
  async activate(
    @Caller() caller: Identity,
    @Param('id') id: string,
    @Body() body: ActivationBody,
    @Req() request: Request,
  ) {
    await this.activation.activate(caller, id, activationOf(body, request));
    await this.policies.reload();
    return policySummary(await this.versions.get(id));
  }
}

const activationOf = ({ reason, at_once: atOnce = false }: ActivationBody, request: Request) => ({
  reason,
  atOnce,
  correlationId: correlationOf(request),
});
