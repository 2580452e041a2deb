import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { correlationOf } from '../problem/correlation.js';
import { SimulateBody } from './simulations.dto.js';
import { SimulationsService } from './simulations.service.js';

const WEEK_S = 7 * 86_400;

@ApiTags('policies')
@Controller('api/v1/simulations')
export class SimulationsController {
  constructor(
    private readonly simulations: SimulationsService,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  @Post()
  @HttpCode(202)
  start(@Caller() caller: Identity, @Body() body: SimulateBody, @Req() request: Request) {
    const to = body.to === undefined ? this.now() : new Date(body.to);
    const from = body.from === undefined ? secondsLater(to, -WEEK_S) : new Date(body.from);
    return this.simulations.start(caller, { version: body.version, from, to }, correlationOf(request));
  }

  @Get(':id')
  get(@Param('id') id: string) {
    return this.simulations.get(id);
  }
}
