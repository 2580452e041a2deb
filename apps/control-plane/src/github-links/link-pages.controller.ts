import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HoldshortError } from '@holdshort/errors';
import type { Request, Response } from 'express';
import { AuthenticationService, type Credential } from '../auth/authentication.service.js';
import { escapeHtml, page } from '../auth/browser/pages.js';
import { hasAnyRole } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { LinkPlace } from './github-links.dto.js';
import { LinkAccount } from './link-account.service.js';
import { LinkableApps } from './linkable-apps.js';

type WebCredential = Extract<Credential, { kind: 'web' }>;

/** The way of a browser to GitHub and back. Only a signed-in browser gets through: no token opens these. */
@ApiExcludeController()
@Controller('github')
export class LinkPagesController {
  constructor(
    private readonly authentication: AuthenticationService,
    private readonly apps: LinkableApps,
    private readonly accounts: LinkAccount,
  ) {}

  @Get('link')
  async link(@Query() { host, app }: LinkPlace, @Req() request: Request, @Res() response: Response): Promise<void> {
    const credential = await this.signedIn(request);
    if (!credential) {
      signInFirst(response, request.originalUrl);
      return;
    }
    const { identity, sessionId } = credential;
    response.redirect(303, await this.accounts.beginInBrowser(identity, sessionId, this.apps.choose(host, app)));
  }

  /** Where the sign-in has ended meanwhile, its state is worth nothing: the person signs in and begins again. */
  @Get('callback')
  async callback(@Req() request: Request, @Res() response: Response): Promise<void> {
    const credential = await this.signedIn(request);
    if (!credential) {
      signInFirst(response, '/github/link');
      return;
    }
    const { identity: person, sessionId } = credential;
    const linking = { person, by: 'browser', correlationId: correlationOf(request) } as const;
    const link = await this.accounts.finishInBrowser(linking, sessionId, request.query);
    const linked = page(
      'GitHub account linked',
      `<p>The GitHub account <strong>${escapeHtml(link.githubLogin)}</strong> is linked to <strong>${escapeHtml(person.login)}</strong>.</p>` +
        '<p>You can close this window. <code>holdshort github unlink</code> takes it back.</p>',
    );
    response.type('html').send(linked);
  }

  /** @throws HoldshortError `not_authorized` for somebody who may do no work */
  private async signedIn(request: Request): Promise<WebCredential | undefined> {
    const credential = await this.authentication.identify(request);
    if (credential?.kind !== 'web') return undefined;
    if (hasAnyRole(credential.identity, 'engineer', 'approver', 'admin')) return credential;
    throw new HoldshortError('not_authorized', `${credential.identity.login} may not link an account.`, {
      advice: 'Ask an administrator for a group that gives the role.',
    });
  }
}

const signInFirst = (response: Response, returnTo: string): void => {
  response.redirect(303, `/api/v1/auth/login?return_to=${encodeURIComponent(returnTo)}`);
};
