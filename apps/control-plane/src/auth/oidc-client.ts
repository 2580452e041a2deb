import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { createRemoteJWKSet, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import { DeviceFlowError } from '../problem/problem.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** Asymmetric only: with HS256 the client secret could forge identities, with `none` anyone could. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** Clocks of identity providers and ours run a little apart. */
const CLOCK_TOLERANCE_S = 30;
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

/** The control plane as client of the identity provider. Tokens of the provider end here. */
@Injectable()
export class OidcClient {
  private provider: Promise<{ configuration: oidc.Configuration; keys: JWTVerifyGetKey }> | undefined;

  constructor(@Inject(SETTINGS) private readonly settings: ControlPlaneSettings) {}

  async startDeviceFlow(): Promise<DeviceAuthorization> {
    const { configuration } = await this.connect();
    const answer = await oidc
      .initiateDeviceAuthorization(configuration, { scope: this.settings.oidcScopes })
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
   * @returns the claims of the verified id_token
   * @throws DeviceFlowError while they have not, or will not
   */
  async finishDeviceFlow(deviceCode: string): Promise<JWTPayload> {
    const { configuration, keys } = await this.connect();
    const answer = await oidc
      .genericGrantRequest(configuration, DEVICE_GRANT, { device_code: deviceCode })
      .catch(refuseDeviceGrant);
    if (answer.id_token === undefined)
      throw new HoldshortError('not_authenticated', 'The identity provider gave no identity.');
    return this.verify(answer.id_token, keys);
  }

  private async verify(idToken: string, keys: JWTVerifyGetKey): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(idToken, keys, {
        issuer: this.settings.oidcIssuer,
        audience: this.settings.oidcClientId,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ['sub', 'exp', 'iat'],
      });
      return payload;
    } catch (cause) {
      throw new HoldshortError('not_authenticated', "The identity provider's token does not verify.", { cause });
    }
  }

  private connect(): Promise<{ configuration: oidc.Configuration; keys: JWTVerifyGetKey }> {
    this.provider ??= this.discover().catch((error: unknown) => {
      this.provider = undefined; // the provider may be up at the next try
      throw error;
    });
    return this.provider;
  }

  private async discover(): Promise<{ configuration: oidc.Configuration; keys: JWTVerifyGetKey }> {
    const issuer = new URL(this.settings.oidcIssuer);
    const insecure = issuer.protocol === 'http:';
    if (insecure && !isAllowedInsecure(issuer, this.settings.devMode)) {
      throw new HoldshortError('not_authenticated', 'The identity provider must be reached over https.');
    }
    const secret = this.settings.oidcClientSecret?.trim();
    const configuration = await oidc
      .discovery(
        issuer,
        this.settings.oidcClientId,
        undefined,
        secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret),
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

/** Plain http only for the provider of the embedded stack: dev mode and loopback, both. */
export const isAllowedInsecure = (issuer: URL, devMode: boolean): boolean =>
  devMode && ['127.0.0.1', 'localhost', '[::1]'].includes(issuer.hostname);

function keysOf(configuration: oidc.Configuration): JWTVerifyGetKey {
  const uri = configuration.serverMetadata().jwks_uri;
  if (uri === undefined) throw new HoldshortError('not_authenticated', 'The identity provider publishes no keys.');
  return createRemoteJWKSet(new URL(uri), { timeoutDuration: TIMEOUT_S * 1000 });
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
  return refuseUnreachable(cause);
}
