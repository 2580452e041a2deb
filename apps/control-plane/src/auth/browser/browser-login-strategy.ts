import { createHash } from 'node:crypto';
import OpenIDConnectStrategy from 'passport-openidconnect';
import type { OidcClient, Vouched } from '../oidc-client.js';
import type { LoginAttempt } from './login-attempts.service.js';

export interface StrategySetting {
  client: OidcClient;
  endpoints: { authorizationURL: string; tokenURL: string };
  attempt: LoginAttempt;
  callbackUrl: string;
}

/**
 * passport-openidconnect 0.1.2 for one attempt of one browser, with what it lacks: PKCE, a nonce always, the code
 * exchanged with client authentication by header and a time limit, and an id_token whose signature, issuer, audience
 * and algorithm are verified before any claim of it is used. What it checks by itself stays: state, `iss`, `aud`, `azp`,
 * `exp`, nonce. The profile of the userinfo endpoint is not asked for: only a signed token is believed.
 */
export class BrowserLoginStrategy extends OpenIDConnectStrategy {
  private vouched: Vouched | undefined;

  constructor(private readonly setting: StrategySetting) {
    const { client, endpoints, attempt, callbackUrl } = setting;
    super(
      {
        ...endpoints,
        issuer: client.issuer.issuer,
        clientID: client.issuer.clientId,
        clientSecret: '', // the exchange below has it
        callbackURL: callbackUrl,
        // the package adds `openid` by itself
        scope: client.issuer.scopes
          .split(' ')
          .filter((scope) => scope !== 'openid')
          .join(' '),
        skipUserProfile: true,
        store: storeOf(attempt),
      },
      // the package counts the parameters, to know which of them to give
      // eslint-disable-next-line max-params -- its fifth is the answer
      (_issuer, _profile, _context, _idToken, done) => {
        done(null, this.verified());
      },
    );
    this._oauth2.getOAuthAccessToken = (code, _parameters, done) => {
      this.exchange(code).then(
        ({ idToken }) => {
          done(null, undefined, undefined, { id_token: idToken });
        },
        (error: unknown) => {
          done(error);
        },
      );
    };
  }

  override authorizationParams(): Record<string, string> {
    const { nonce, verifier } = this.setting.attempt;
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    return { nonce, code_challenge: challenge, code_challenge_method: 'S256' };
  }

  private async exchange(code: string): Promise<Vouched> {
    const { client, attempt, callbackUrl } = this.setting;
    this.vouched = await client.exchange({ code, verifier: attempt.verifier, redirectUri: callbackUrl });
    return this.vouched;
  }

  private verified(): Vouched | undefined {
    return this.vouched?.claims['nonce'] === this.setting.attempt.nonce ? this.vouched : undefined;
  }
}

/** The attempt was found and taken out before; what is left to compare is the state itself. */
const storeOf = (attempt: LoginAttempt): ConstructorParameters<typeof OpenIDConnectStrategy>[0]['store'] => ({
  store: (...[, , , , done]) => {
    done(null, attempt.state);
  },
  verify: (_request, state, done) => {
    done(null, state === attempt.state ? { nonce: attempt.nonce } : false);
  },
});
