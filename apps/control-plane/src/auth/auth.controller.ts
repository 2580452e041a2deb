import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller, bearerOf } from '../access/http-caller.js';
import { correlationOf } from '../problem/correlation.js';
import { FinishDeviceLoginBody } from './auth.dto.js';
import { humanOf, type Identity } from './identity.js';
import { LoginService } from './login.service.js';

@ApiTags('auth')
@Controller('api/v1/auth')
export class AuthController {
  constructor(private readonly logins: LoginService) {}

  @Post('device')
  @HttpCode(200)
  async start() {
    const { handle, authorization } = await this.logins.start();
    return {
      handle,
      user_code: authorization.userCode,
      verification_uri: authorization.verificationUri,
      verification_uri_complete: authorization.verificationUriComplete,
      interval: authorization.interval,
      expires_in: authorization.expiresIn,
    };
  }

  @Post('device/token')
  @HttpCode(200)
  async finish(@Body() body: FinishDeviceLoginBody, @Req() request: Request) {
    const { token, expiresAt, identity } = await this.logins.finish(body.handle, correlationOf(request));
    const { login, email, groups } = identity;
    return { token, expires_at: expiresAt.toISOString(), human: { login, email, groups } };
  }

  @Post('logout')
  @HttpCode(204)
  async logout(@Caller() caller: Identity, @Req() request: Request): Promise<void> {
    await this.logins.logout(bearerOf(request) ?? '', caller, correlationOf(request));
  }

  @Get('me')
  me(@Caller() caller: Identity) {
    return { human: humanOf(caller), roles: [...caller.roles] };
  }
}
