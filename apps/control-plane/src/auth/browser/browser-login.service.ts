import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Request, Response } from 'express';
import { ControlPlaneAudit } from '../../audit/control-plane-audit.js';
import { correlationOf } from '../../problem/correlation.js';
import { PublicUrl } from '../../server/public-url.js';
import { AdmitPerson } from '../admit-person.service.js';
import type { Identity } from '../identity.js';
import type { OidcClient } from '../oidc-client.js';
import { OidcIssuers } from '../oidc-issuers.js';
import { PeopleService } from '../people/people.service.js';
import { textClaim } from '../person-of-claims.js';
import { BrowserLoginStrategy } from './browser-login-strategy.js';
import { LoginAttempts, type LoginAttempt } from './login-attempts.service.js';
import { finishAtProvider, redirectToProvider } from './run-strategy.js';
import { WebSessions } from './web-sessions.service.js';

const CALLBACK_PATH = '/api/v1/auth/callback';
const SIGNED_OUT_PATH = '/signed-out';

/** The authorization code flow with PKCE, for browsers. Tokens of the provider stay here. */
@Injectable()
export class BrowserLogin {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly issuers: OidcIssuers,
    private readonly attempts: LoginAttempts,
    private readonly admission: AdmitPerson,
    private readonly people: PeopleService,
    private readonly sessions: WebSessions,
    private readonly audit: ControlPlaneAudit,
    private readonly url: PublicUrl,
  ) {}

  /** Makes the attempt; `send` takes the browser to the provider once the cookie is set. */
  async start(
    issuer: string | undefined,
    returnTo: string,
  ): Promise<{ browser: string; send(request: Request, response: Response): Promise<void> }> {
    const client = this.issuers.byName(issuer);
    const { attempt, browser } = await this.attempts.begin(client.issuer.name, returnTo);
    const strategy = await this.strategyOf(client, attempt);
    return { browser, send: (request, response) => redirectToProvider(strategy, request, response) };
  }

  /** @returns the value of the new session's cookie, and where the browser goes */
  async finish(
    request: Request,
    response: Response,
    browser: string | undefined,
  ): Promise<{ sessionId: string; returnTo: string }> {
    const attempt = await this.attemptOf(request, browser);
    const client = this.issuers.byName(attempt.issuer);
    const arrival = { client, by: 'browser', correlationId: correlationOf(request) } as const;
    const { person, word, vouched } = await this.admission.admit(arrival, async () => {
      requireAnswerOf(client, request);
      return finishAtProvider(await this.strategyOf(client, attempt), request, response);
    });
    await this.people.remember(person, word);
    const sid = textClaim(vouched.claims, 'sid');
    return {
      sessionId: await this.sessions.open(person, { idToken: vouched.idToken, sid }),
      returnTo: attempt.returnTo,
    };
  }

  /** Ends the session here. @returns where the browser ends it at the provider, or our own page where that has no such place */
  async logout(sessionId: string, caller: Identity, correlationId: string): Promise<string> {
    const idToken = await this.sessions.end(sessionId);
    await this.audit.record({ type: 'auth.logout', correlation_id: correlationId, human: caller, outcome: 'success' });
    const client = this.issuers.byUrl(caller.idp);
    const endpoint = client && (await endSessionEndpoint(client));
    if (!client || endpoint === undefined || idToken === undefined) return SIGNED_OUT_PATH;
    const target = new URL(endpoint);
    target.searchParams.set('id_token_hint', idToken);
    target.searchParams.set('client_id', client.issuer.clientId);
    target.searchParams.set('post_logout_redirect_uri', `${this.url.value}${SIGNED_OUT_PATH}`);
    return target.href;
  }

  private async attemptOf(request: Request, browser: string | undefined): Promise<LoginAttempt> {
    const { state } = request.query;
    const attempt =
      typeof state === 'string' && browser !== undefined ? await this.attempts.take(state, browser) : undefined;
    if (attempt) return attempt;
    throw new HoldshortError('not_authenticated', 'The sign-in is unknown, was finished already or took too long.', {
      advice: 'Start it again from the page where you began, in the same browser.',
    });
  }

  private async strategyOf(client: OidcClient, attempt: LoginAttempt): Promise<BrowserLoginStrategy> {
    const { authorization_endpoint: authorizationURL, token_endpoint: tokenURL } = await client.metadata();
    if (authorizationURL === undefined || tokenURL === undefined)
      throw new HoldshortError('upstream_unreachable', 'The identity provider offers no sign-in by browser.');
    const callbackUrl = `${this.url.value}${CALLBACK_PATH}`;
    return new BrowserLoginStrategy({ client, attempt, callbackUrl, endpoints: { authorizationURL, tokenURL } });
  }
}

/**
 * A provider that says who answers (RFC 9207) must be the one that was asked. What is neither one code nor an error is
 * no answer; passport would take it for the start of a sign-in. Other parameters are ignored (RFC 6749, 4.1.2).
 */
function requireAnswerOf({ issuer }: OidcClient, { query }: Request): void {
  if (typeof query['code'] !== 'string' && typeof query['error'] !== 'string')
    throw new HoldshortError('not_authenticated', 'The identity provider gave no sign-in code.');
  if (query['iss'] === undefined || query['iss'] === issuer.issuer) return;
  throw new HoldshortError('not_authenticated', 'The answer comes from another identity provider.');
}

/** A provider that is down must not keep anybody signed in here. */
async function endSessionEndpoint(client: OidcClient): Promise<string | undefined> {
  try {
    return (await client.metadata()).end_session_endpoint;
  } catch (error) {
    if (error instanceof HoldshortError) return undefined;
    throw error;
  }
}
