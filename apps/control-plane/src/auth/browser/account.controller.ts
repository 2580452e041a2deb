import { Controller, Get, Header, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AuthenticationService } from '../authentication.service.js';
import { LoginQuery } from './browser-login.dto.js';
import { Cookies } from './cookies.js';
import { accountPage, signedOutPage } from './pages.js';
import { ACCOUNT_PATH } from './return-to.js';
import { csrfTokenOf } from './web-sessions.service.js';

/** The two pages of a browser sign-in; the console takes their place where it is there. */
@ApiExcludeController()
@Controller()
export class AccountController {
  constructor(
    private readonly authentication: AuthenticationService,
    private readonly cookies: Cookies,
  ) {}

  @Get('account')
  async account(@Req() request: Request, @Res() response: Response): Promise<void> {
    const credential = await this.authentication.identify(request);
    const session = this.cookies.read(request, 'holdshort_session');
    if (credential?.kind !== 'web' || session === undefined) {
      response.redirect(303, `/api/v1/auth/login?return_to=${encodeURIComponent(ACCOUNT_PATH)}`);
      return;
    }
    const { login, email, roles } = credential.identity;
    response.type('html').send(accountPage({ login, email, roles: [...roles], csrf: csrfTokenOf(session) }));
  }

  /** The address that people remember; the sign-in itself is beside its callback. */
  @Get('auth/login')
  login(@Query() query: LoginQuery, @Res() response: Response): void {
    const asked = new URLSearchParams({ return_to: query.return_to ?? ACCOUNT_PATH });
    if (query.issuer !== undefined) asked.set('issuer', query.issuer);
    response.redirect(303, `/api/v1/auth/login?${asked.toString()}`);
  }

  @Get('signed-out')
  @Header('Content-Type', 'text/html; charset=utf-8')
  signedOut(): string {
    return signedOutPage();
  }
}
