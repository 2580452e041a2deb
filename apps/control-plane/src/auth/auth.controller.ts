import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HoldshortError } from '@holdshort/errors';
import type { Request } from 'express';
import { Caller, bearerOf } from '../access/http-caller.js';
import { correlationOf } from '../problem/correlation.js';
import { OneTimePasswordBody, FinishDeviceLoginBody, StartDeviceLoginBody } from './auth.dto.js';
import { BreakGlass } from './break-glass/break-glass.service.js';
import { Cookies } from './browser/cookies.js';
import { csrfTokenOf } from './browser/web-sessions.service.js';
import { humanOf, type Identity } from './identity.js';
import { LoginService, type Login } from './login.service.js';

@ApiTags('auth')
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly logins: LoginService,
    private readonly emergency: BreakGlass,
    private readonly cookies: Cookies,
  ) {}

  @Post('device')
  @HttpCode(200)
  async start(@Body() body: StartDeviceLoginBody) {
    const { handle, authorization } = await this.logins.start(body.issuer);
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
    return loginView(await this.logins.finish(body.handle, correlationOf(request)));
  }

  /** The one-time password that somebody made on the host of the control plane. */
  @Post('break-glass')
  @HttpCode(200)
  async breakGlass(@Body() body: OneTimePasswordBody, @Req() request: Request) {
    return loginView(await this.emergency.signIn(body.password, correlationOf(request)));
  }

  /** Ends the sign-in of a terminal; that of a browser ends by `browser-logout`. */
  @Post('logout')
  @HttpCode(204)
  async logout(@Caller() caller: Identity, @Req() request: Request): Promise<void> {
    const token = bearerOf(request);
    if (token === undefined) throw new HoldshortError('conflict', 'A browser signs out by POST /auth/browser-logout.');
    await this.logins.logout(token, caller, correlationOf(request));
  }

  /** `csrf`: what a page of ours sends along with each change; there for browsers only. */
  @Get('me')
  me(@Caller() caller: Identity, @Req() request: Request) {
    const session = bearerOf(request) === undefined ? this.cookies.read(request, 'holdshort_session') : undefined;
    return {
      human: humanOf(caller),
      roles: [...caller.roles],
      ...(session === undefined ? {} : { csrf: csrfTokenOf(session) }),
    };
  }
}

const loginView = ({ token, expiresAt, person: { login, email, groups } }: Login) => ({
  token,
  expires_at: expiresAt.toISOString(),
  human: { login, email, groups },
});
