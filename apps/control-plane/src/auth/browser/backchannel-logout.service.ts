import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { decodeJwt, type JWTPayload } from 'jose';
import { DataSource } from 'typeorm';
import { ControlPlaneAudit } from '../../audit/control-plane-audit.js';
import { CLOCK, secondsLater, type Clock } from '../../clock.js';
import { SessionsService } from '../../sessions/sessions.service.js';
import type { PersonKey } from '../identity.js';
import { OidcIssuers } from '../oidc-issuers.js';
import type { OidcClient } from '../oidc-client.js';
import { textClaim } from '../person-of-claims.js';
import { signOutEverywhere } from '../people/people.service.js';
import { SeenTokens } from '../seen-tokens.service.js';
import { WebSessions } from './web-sessions.service.js';

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** A logout token is sent at once; the specification advises two minutes at most. */
const MAX_AGE_S = 150;

const malformed = (message: string, cause?: unknown): HoldshortError =>
  new HoldshortError('request_malformed', message, { cause });

/** Takes logout tokens (OpenID Connect Back-Channel Logout 1.0, 2.6). */
@Injectable()
export class BackchannelLogout {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly issuers: OidcIssuers,
    private readonly sessions: WebSessions,
    private readonly work: SessionsService,
    private readonly seen: SeenTokens,
    private readonly audit: ControlPlaneAudit,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** @throws HoldshortError `request_malformed` for a token that does not verify or was used before: 400, as the specification asks */
  async take(token: string, correlationId: string): Promise<void> {
    const client = this.clientOf(token);
    const claims = await verify(client, token);
    const { sid, sub } = this.subjectOf(claims);
    const idp = client.issuer.issuer;
    const expires = secondsLater(new Date((claims.iat ?? 0) * 1000), 2 * MAX_AGE_S);
    if (!(await this.seen.isFirst(idp, `logout ${claims.jti ?? ''}`, expires)))
      throw malformed('The logout token was used before.');
    if (sid !== undefined) await this.sessions.endBySid(idp, sid);
    else await this.signOut({ idp, sub: sub ?? '' }, correlationId);
    await this.audit.record({
      type: 'auth.logout',
      correlation_id: correlationId,
      ...(sub === undefined ? {} : { human: { idp, sub, login: sub } }),
      outcome: 'success',
      detail: { by: 'identity provider' },
    });
  }

  /** Without a `sid` the provider means all of the person's sign-ins; what they have running ends too. */
  private async signOut(person: PersonKey, correlationId: string): Promise<void> {
    await signOutEverywhere(this.database.manager, person, this.now());
    await this.work.endAllOf(person, { reason: 'signed out at the identity provider', correlationId });
  }

  private clientOf(token: string): OidcClient {
    const client = this.issuers.byUrl(unverifiedIssuer(token));
    if (client) return client;
    throw malformed('The logout token is of no identity provider that is known here.');
  }

  private subjectOf(claims: JWTPayload): { sid: string | undefined; sub: string | undefined } {
    const events: unknown = claims['events'];
    const isLogout = typeof events === 'object' && events !== null && Object.hasOwn(events, LOGOUT_EVENT);
    if (!isLogout) throw malformed('The token is no logout token.');
    if (claims['nonce'] !== undefined) throw malformed('A logout token has no nonce.');
    if (Math.abs(this.now().getTime() / 1000 - (claims.iat ?? 0)) > MAX_AGE_S)
      throw malformed('The logout token is too old.');
    const [sid, sub] = [textClaim(claims, 'sid'), textClaim(claims, 'sub')];
    if (sid === undefined && sub === undefined) throw malformed('The logout token names nobody.');
    return { sid, sub };
  }
}

/** Says only which keys to try; the signature decides. */
function unverifiedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch (cause) {
    throw malformed('The logout token cannot be read.', cause);
  }
}

async function verify(client: OidcClient, token: string): Promise<JWTPayload> {
  try {
    return await client.verifyToken(token, ['iat', 'jti', 'events']);
  } catch (cause) {
    if (cause instanceof HoldshortError && cause.code === 'not_authenticated')
      throw malformed('The logout token does not verify.', cause);
    throw cause;
  }
}
