import { HoldshortError } from '@holdshort/errors';
import { secondsLater } from '../clock.js';

/** A person's tokens: the one that acts, and the one that makes the next pair, once. */
export interface UserTokens {
  access: string;
  accessExpiresAt: Date;
  refresh: string;
  refreshExpiresAt: Date;
}

export interface DeviceStart {
  deviceCode: string;
  userCode: string;
  verificationUri: string;
  /** Seconds. */
  expiresIn: number;
  interval: number;
}

type Answer = Record<string, unknown>;

/** What GitHub's authorisation says instead of tokens: `error` is its code, from a closed list in its documentation. */
export class OauthRefusal extends HoldshortError {
  constructor(readonly error: string) {
    super('upstream_refused', `GitHub did not authorise: ${error}.`, {
      ...(error === 'incorrect_client_credentials'
        ? { advice: "The platform team must check the App's client id and secret." }
        : {}),
    });
  }
}

/** GitHub answers errors with status 200; the description is left out, for it may repeat what was sent. */
export function refusalOf({ error }: Answer): OauthRefusal | undefined {
  if (error === undefined) return undefined;
  return new OauthRefusal(typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? error : 'unknown');
}

const isSeconds = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < 1e9;

/** @throws HoldshortError `upstream_refused` for tokens that do not expire: nobody would notice that they leaked */
export function readUserTokens(answer: Answer, now: Date): UserTokens {
  const { access_token: access, refresh_token: refresh } = answer;
  const { expires_in: seconds, refresh_token_expires_in: refreshSeconds } = answer;
  if (typeof access !== 'string') throw new HoldshortError('upstream_refused', 'GitHub gave no token.');
  if (typeof refresh !== 'string' || !isSeconds(seconds) || !isSeconds(refreshSeconds))
    throw new HoldshortError('upstream_refused', 'GitHub gave a token that does not expire.', {
      advice: "The platform team must turn on expiring user tokens in the App's settings at GitHub.",
    });
  return {
    access,
    accessExpiresAt: secondsLater(now, seconds),
    refresh,
    refreshExpiresAt: secondsLater(now, refreshSeconds),
  };
}

export function readDeviceStart(answer: Answer): DeviceStart {
  const refusal = refusalOf(answer);
  if (refusal) throw refusal;
  const { device_code: deviceCode, user_code: userCode, verification_uri: verificationUri } = answer;
  const { expires_in: expiresIn, interval } = answer;
  const texts = [deviceCode, userCode, verificationUri];
  if (!texts.every((text) => typeof text === 'string') || !isSeconds(expiresIn))
    throw new HoldshortError('upstream_refused', 'GitHub began no authorisation by code.');
  return {
    deviceCode: String(deviceCode),
    userCode: String(userCode),
    verificationUri: String(verificationUri),
    expiresIn,
    interval: isSeconds(interval) ? interval : 5,
  };
}
