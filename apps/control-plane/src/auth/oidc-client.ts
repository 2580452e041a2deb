import { HoldshortError } from '@holdshort/errors';
import { createRemoteJWKSet, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import { DeviceFlowError } from '../problem/problem.js';
import type { Issuer } from './issuer.js';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** Asymmetric only: with HS256 the client secret could forge identities, with `none` anyone could. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** Clocks of identity providers and ours run a little apart. */
export const CLOCK_TOLERANCE_S = 30;
const TIMEOUT_S = 10;

const DEVICE_ERRORS = {
  authorization_pending: 'The sign-in is not finished yet.',
  slow_down: 'Ask less often.',
  expired_token: 'The sign-in took too long; start again.',
  access_denied: 'The sign-in was refused.',
} as const;

export interface DeviceAuthorization {
  deviceCode: string;
  userCode: string;
  verificationUri: string;
  verificationUriComplete: string;
  /** Seconds. */
  interval: number;
  expiresIn: number;
}

/** What the provider vouches for. */
export interface Vouched {
  /** Of the verified id_token. */
  claims: JWTPayload;
  idToken: string;
  refreshToken: string | undefined;
}

/** What a provider says when it is asked again about a person. */
export type Renewal =
  /** Still there; `claims` where it gave a new id_token. */
  | { state: 'good'; claims: JWTPayload | undefined; refreshToken: string | undefined }
  /** It no longer vouches for the person. */
  | { state: 'gone'; error: string };

interface Connection {
  configuration: oidc.Configuration;
  keys: JWTVerifyGetKey;
}

/** The control plane as client of one identity provider. Tokens of the provider end here. */
export class OidcClient {
  private connection: Promise<Connection> | undefined;

  constructor(
    readonly issuer: Issuer,
    private readonly devMode: boolean,
  ) {}

  /** Endpoints as the provider publishes them. @throws HoldshortError `upstream_unreachable` */
  async metadata(): Promise<Readonly<oidc.ServerMetadata>> {
    return (await this.connect()).configuration.serverMetadata();
  }

  async startDeviceFlow(): Promise<DeviceAuthorization> {
    const { configuration } = await this.connect();
    const answer = await oidc
      .initiateDeviceAuthorization(configuration, { scope: this.issuer.scopes })
      .catch(refuseUnreachable);
    return {
      deviceCode: answer.device_code,
      userCode: answer.user_code,
      verificationUri: answer.verification_uri,
      verificationUriComplete: answer.verification_uri_complete ?? answer.verification_uri,
      interval: answer.interval ?? 5,
      expiresIn: answer.expires_in,
    };
  }

  /**
   * Asks once whether the person has finished.
   * @throws DeviceFlowError while they have not, or will not
   */
  async finishDeviceFlow(deviceCode: string): Promise<Vouched> {
    const { configuration, keys } = await this.connect();
    const answer = await oidc
      .genericGrantRequest(configuration, DEVICE_GRANT, { device_code: deviceCode })
      .catch(refuseDeviceGrant);
    return this.vouch(answer, keys);
  }

  /** Exchanges the code of a browser sign-in. @throws HoldshortError `not_authenticated` where the provider refuses it */
  async exchange(grant: { code: string; verifier: string; redirectUri: string }): Promise<Vouched> {
    const { configuration, keys } = await this.connect();
    const answer = await oidc
      .genericGrantRequest(configuration, 'authorization_code', {
        code: grant.code,
        code_verifier: grant.verifier,
        redirect_uri: grant.redirectUri,
      })
      .catch(refuseCode);
    return this.vouch(answer, keys);
  }

  /** Asks the provider about a person again. @throws HoldshortError where it gave no answer, or one that does not verify */
  async renew(refreshToken: string, sub: string): Promise<Renewal> {
    const { configuration, keys } = await this.connect();
    let answer: oidc.TokenEndpointResponse;
    try {
      answer = await oidc.refreshTokenGrant(configuration, refreshToken);
    } catch (cause) {
      if (cause instanceof oidc.ResponseBodyError && GONE.has(cause.error))
        return { state: 'gone', error: cause.error };
      return refuseUnreachable(cause);
    }
    const claims = answer.id_token === undefined ? undefined : await this.verify(answer.id_token, keys);
    if (claims && claims.sub !== sub)
      throw new HoldshortError('not_authenticated', 'The identity provider answered about another person.');
    return { state: 'good', claims, refreshToken: answer.refresh_token };
  }

  /** @throws HoldshortError `not_authenticated` for a token that is not of this issuer, for us, valid now */
  async verifyToken(token: string, required: string[]): Promise<JWTPayload> {
    return this.verify(token, (await this.connect()).keys, required);
  }

  private async vouch(answer: oidc.TokenEndpointResponse, keys: JWTVerifyGetKey): Promise<Vouched> {
    const { id_token: idToken, refresh_token: refreshToken } = answer;
    if (idToken === undefined) throw new HoldshortError('not_authenticated', 'The identity provider gave no identity.');
    return { claims: await this.verify(idToken, keys), idToken, refreshToken };
  }

  private async verify(token: string, keys: JWTVerifyGetKey, required = ['sub', 'exp', 'iat']): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: this.issuer.issuer,
        audience: this.issuer.clientId,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: required,
      });
      requireOurs(payload, this.issuer.clientId);
      return payload;
    } catch (cause) {
      throw new HoldshortError('not_authenticated', "The identity provider's token does not verify.", { cause });
    }
  }

  private connect(): Promise<Connection> {
    this.connection ??= this.discover().catch((error: unknown) => {
      this.connection = undefined; // the provider may be up at the next try
      throw error;
    });
    return this.connection;
  }

  private async discover(): Promise<Connection> {
    const issuer = new URL(this.issuer.issuer);
    const insecure = issuer.protocol === 'http:';
    if (insecure && !isAllowedInsecure(issuer, this.devMode)) {
      throw new HoldshortError('not_authenticated', 'The identity provider must be reached over https.');
    }
    const { clientId, clientSecret } = this.issuer;
    const configuration = await oidc
      .discovery(
        issuer,
        clientId,
        undefined,
        clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret),
        {
          timeout: TIMEOUT_S,
          // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to warn; reached for loopback in dev mode only
          ...(insecure ? { execute: [oidc.allowInsecureRequests] } : {}),
        },
      )
      .catch(refuseUnreachable);
    return { configuration, keys: keysOf(configuration) };
  }
}

/** What says that the grant is over (RFC 6749, 5.2); anything else is a fault of configuration or network. */
const GONE: ReadonlySet<string> = new Set(['invalid_grant', 'access_denied', 'interaction_required', 'login_required']);

/** Plain http only for the provider of the embedded stack: dev mode and loopback, both. */
export const isAllowedInsecure = (issuer: URL, devMode: boolean): boolean =>
  devMode && ['127.0.0.1', 'localhost', '[::1]'].includes(issuer.hostname);

/** A token for several audiences was asked for by its authorized party (OpenID Connect Core, 3.1.3.7). */
function requireOurs(payload: JWTPayload, clientId: string): void {
  const several = Array.isArray(payload.aud) && payload.aud.length > 1;
  const azp = payload['azp'];
  if ((several || azp !== undefined) && azp !== clientId) throw new Error('the token was issued to another client');
}

function keysOf(configuration: oidc.Configuration): JWTVerifyGetKey {
  const uri = configuration.serverMetadata().jwks_uri;
  if (uri === undefined) throw new HoldshortError('not_authenticated', 'The identity provider publishes no keys.');
  return createRemoteJWKSet(new URL(uri), { timeoutDuration: TIMEOUT_S * 1000 });
}

/** What openid-client says of an answer that came, and that nobody should believe; all else is a fault on the way. */
const UNBELIEVABLE: ReadonlySet<unknown> = new Set([
  ...['OAUTH_JWT_CLAIM_COMPARISON_FAILED', 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED', 'OAUTH_KEY_SELECTION_FAILED'],
  ...['OAUTH_INVALID_RESPONSE', 'OAUTH_PARSE_ERROR', 'OAUTH_UNSUPPORTED_OPERATION'],
]);

function refuseAnswer(cause: unknown): never {
  if (cause instanceof oidc.ClientError && UNBELIEVABLE.has(cause.code))
    throw new HoldshortError('not_authenticated', "The identity provider's token does not verify.", { cause });
  return refuseUnreachable(cause);
}

function refuseUnreachable(cause: unknown): never {
  throw new HoldshortError('upstream_unreachable', 'The identity provider gave no answer that can be used.', {
    advice: 'Try again in a moment; if it stays, tell the platform team.',
    cause,
  });
}

function refuseDeviceGrant(cause: unknown): never {
  if (cause instanceof oidc.ResponseBodyError && Object.hasOwn(DEVICE_ERRORS, cause.error)) {
    const error = cause.error as keyof typeof DEVICE_ERRORS;
    throw new DeviceFlowError(error, DEVICE_ERRORS[error]);
  }
  return refuseAnswer(cause);
}

function refuseCode(cause: unknown): never {
  if (cause instanceof oidc.ResponseBodyError)
    throw new HoldshortError('not_authenticated', 'The identity provider refused the sign-in code.', { cause });
  return refuseAnswer(cause);
}
