import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { CommitParam } from './causes.dto.js';
import { CausesService } from './causes.service.js';

@ApiTags('causes')
@Controller('api/v1/causes')
export class CausesController {
  constructor(private readonly causes: CausesService) {}

  /** Which prompt caused each operation and commit of a session, as far as the caller may see it. */
  @Get('sessions/:id')
  ofSession(@Caller() caller: Identity, @Param('id') id: string, @Req() request: Request) {
    return this.causes.ofSession(caller, id, correlationOf(request));
  }

  /** Which prompts caused a commit, how sure that is, and what it rests on. */
  @Get('commits/:sha')
  ofCommit(@Caller() caller: Identity, @Param() { sha }: CommitParam, @Req() request: Request) {
    return this.causes.ofCommit(caller, sha, correlationOf(request));
  }
}
