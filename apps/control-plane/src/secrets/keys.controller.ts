import { Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { DataKeysService } from './data-keys.service.js';

@ApiTags('keys')
@Controller('api/v1/keys')
export class KeysController {
  constructor(private readonly keys: DataKeysService) {}

  @Get()
  async list() {
    return { items: await this.keys.list() };
  }

  @Post('rotate')
  @HttpCode(200)
  rotate(@Caller() caller: Identity, @Req() request: Request) {
    return this.keys.rotate(caller, correlationOf(request));
  }
}
