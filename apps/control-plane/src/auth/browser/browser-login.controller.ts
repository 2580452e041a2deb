import { Body, Controller, Get, Header, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Caller } from '../../access/http-caller.js';
import { correlationOf } from '../../problem/correlation.js';
import { SETTINGS, type ControlPlaneSettings } from '../../settings.js';
import type { Identity } from '../identity.js';
import { OidcIssuers } from '../oidc-issuers.js';
import { BackchannelLogout } from './backchannel-logout.service.js';
import { BackchannelLogoutBody, BrowserLogoutBody, LoginQuery } from './browser-login.dto.js';
import { BrowserLogin } from './browser-login.service.js';
import { Cookies } from './cookies.js';
import { ATTEMPT_SECONDS } from './login-attempts.service.js';
import { issuersPage } from './pages.js';
import { safeReturnTo } from './return-to.js';
import { WebSessions } from './web-sessions.service.js';

@ApiTags('auth')
@Controller('api/v1/auth')
export class BrowserLoginController {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly login: BrowserLogin,
    private readonly logouts: BackchannelLogout,
    private readonly issuers: OidcIssuers,
    private readonly sessions: WebSessions,
    private readonly cookies: Cookies,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  @Get('login')
  async start(@Query() query: LoginQuery, @Req() request: Request, @Res() response: Response): Promise<void> {
    const returnTo = safeReturnTo(query.return_to);
    const names = this.issuers.all.map(({ issuer }) => issuer.name);
    if (query.issuer === undefined && names.length > 1) {
      response.type('html').send(issuersPage(names, returnTo));
      return;
    }
    const started = await this.login.start(query.issuer, returnTo);
    this.cookies.write(response, 'holdshort_login', started.browser, ATTEMPT_SECONDS);
    await started.send(request, response);
  }

  @Get('callback')
  async finish(@Req() request: Request, @Res() response: Response): Promise<void> {
    const browser = this.cookies.read(request, 'holdshort_login');
    this.cookies.clear(response, 'holdshort_login');
    const { sessionId, returnTo } = await this.login.finish(request, response, browser);
    const before = this.cookies.read(request, 'holdshort_session');
    if (before !== undefined) await this.sessions.end(before);
    this.cookies.write(response, 'holdshort_session', sessionId, this.settings.loginSeconds);
    response.redirect(303, returnTo);
  }

  @Post('browser-logout')
  @ApiConsumes('application/x-www-form-urlencoded', 'application/json')
  async logout(
    @Caller() caller: Identity,
    @Body() _body: BrowserLogoutBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const session = this.cookies.read(request, 'holdshort_session') ?? '';
    const target = await this.login.logout(session, caller, correlationOf(request));
    this.cookies.clear(response, 'holdshort_session');
    // a page of ours goes there itself: a policy on forms would stop the redirect to another site
    if (request.accepts(['html', 'json']) === 'json') response.json({ location: target });
    else response.redirect(303, target);
  }

  /** OpenID Connect Back-Channel Logout 1.0: the provider says that a sign-in, or a person, is signed out. */
  @Post('backchannel-logout')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiConsumes('application/x-www-form-urlencoded')
  async backchannel(@Body() body: BackchannelLogoutBody, @Req() request: Request): Promise<void> {
    await this.logouts.take(body.logout_token, correlationOf(request));
  }
}
