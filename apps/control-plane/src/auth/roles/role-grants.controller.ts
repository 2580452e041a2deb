import { Body, Controller, Get, HttpCode, Param, Put, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HoldshortError } from '@holdshort/errors';
import type { Request } from 'express';
import { Caller } from '../../access/http-caller.js';
import { correlationOf } from '../../problem/correlation.js';
import type { Identity } from '../identity.js';
import { SetRolesBody } from './role-grants.dto.js';
import { RoleGrantsService } from './role-grants.service.js';

const GROUP = /^[^\u0000-\u001f\u007f]{1,200}$/;

@ApiTags('roles')
@Controller('api/v1/roles')
export class RoleGrantsController {
  constructor(private readonly grants: RoleGrantsService) {}

  @Get()
  async list() {
    return { items: await this.grants.list(), next: null };
  }

  @Put(':group')
  @HttpCode(204)
  async set(
    @Caller() caller: Identity,
    @Param('group') group: string,
    @Body() body: SetRolesBody,
    @Req() request: Request,
  ): Promise<void> {
    if (!GROUP.test(group)) throw new HoldshortError('request_malformed', 'The group has a name that cannot be one.');
    await this.grants.set(caller, group, body.roles, correlationOf(request));
  }
}
