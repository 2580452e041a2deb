import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AuthenticationService } from '../authentication.service.js';
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
    if (credential?.kind !== 'web' || session === undefined)
      return void response.redirect(303, `/api/v1/auth/login?return_to=${encodeURIComponent(ACCOUNT_PATH)}`);
    const { login, email, roles } = credential.identity;
    response.type('html').send(accountPage({ login, email, roles: [...roles], csrf: csrfTokenOf(session) }));
  }

  @Get('signed-out')
  @Header('Content-Type', 'text/html; charset=utf-8')
  signedOut(): string {
    return signedOutPage();
  }
}
