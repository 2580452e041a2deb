import { createHash, randomBytes } from 'node:crypto';
import { isSame } from '../access/same-text.js';
import { newUserSecret, sha256Hex, USER_LIFE_MS, type IssuedToken } from '../access/token-store.js';
import type { Account } from '../world/model.js';
import type { World } from '../world/world.js';

/** GitHub's refresh tokens live six months, which its answers give as 15,897,600 s (184 days). */
const REFRESH_LIFE_S = 15_897_600;
/** A code is good for ten minutes. */
const CODE_LIFE_MS = 600_000;
export const DEVICE_LIFE_S = 900;
export const DEVICE_INTERVAL_S = 5;

interface Code {
  user: Account;
  redirectUri: string;
  /** PKCE, S256; undefined where the client sent none. */
  challenge: string | undefined;
  until: number;
}

interface DeviceCode {
  userCode: string;
  until: number;
  /** Undefined until somebody answers; `null` after a refusal. */
  user?: Account | null;
  polledAt: number;
}

interface RefreshToken {
  user: Account;
  access: IssuedToken;
  until: number;
}

/** What `POST /login/oauth/access_token` answers; GitHub's errors come with status 200. */
export type TokenAnswer = Record<string, string | number>;

const DOCS = 'https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/';

export const oauthError = (error: string, description: string): TokenAnswer => ({
  error,
  error_description: description,
  error_uri: `${DOCS}#${error.replaceAll('_', '-')}`,
});

/** How people let the App act for them: codes, device codes, refresh tokens, and what they gave out. */
export class Authorizations {
  readonly #codes = new Map<string, Code>();
  readonly #devices = new Map<string, DeviceCode>();
  readonly #refresh = new Map<string, RefreshToken>();
  /** Who says yes without a page, as a test or a developer chose; `null` says no. */
  consents: Account | null | undefined;

  constructor(private readonly world: World) {}

  newCode(user: Account, redirectUri: string, challenge: string | undefined): string {
    const code = randomBytes(10).toString('hex');
    this.#codes.set(sha256Hex(code), { user, redirectUri, challenge, until: Date.now() + CODE_LIFE_MS });
    return code;
  }

  /** Takes the code: once, whether it fits or not. */
  byCode(code: string, redirectUri: string | undefined, verifier: string | undefined): TokenAnswer {
    const known = this.#codes.get(sha256Hex(code));
    this.#codes.delete(sha256Hex(code));
    if (!known || known.until < Date.now() || !isVerified(known, verifier))
      return oauthError('bad_verification_code', 'The code passed is incorrect or expired.');
    if (redirectUri !== undefined && redirectUri !== known.redirectUri)
      return oauthError('redirect_uri_mismatch', 'The redirect_uri MUST match the registered callback URL.');
    return this.#tokensFor(known.user);
  }

  newDevice(): { deviceCode: string; userCode: string } {
    const deviceCode = randomBytes(20).toString('hex');
    const letters = randomBytes(8).toString('hex').toUpperCase().slice(0, 8);
    const userCode = `${letters.slice(0, 4)}-${letters.slice(4)}`;
    this.#devices.set(sha256Hex(deviceCode), { userCode, until: Date.now() + DEVICE_LIFE_S * 1000, polledAt: 0 });
    return { deviceCode, userCode };
  }

  /** A person's answer on the page of device codes. @returns false for a code that nobody has */
  answerDevice(userCode: string, user: Account | null): boolean {
    const known = [...this.#devices.values()].find((device) => device.userCode === userCode.toUpperCase());
    if (!known || known.until < Date.now()) return false;
    known.user = user;
    return true;
  }

  byDevice(deviceCode: string): TokenAnswer {
    const known = this.#devices.get(sha256Hex(deviceCode));
    if (!known) return oauthError('incorrect_device_code', 'The device_code provided is not valid.');
    if (known.until < Date.now()) return oauthError('expired_token', 'The device_code has expired.');
    const user = known.user === undefined ? this.consents : known.user;
    if (user === undefined) return this.#pending(known);
    this.#devices.delete(sha256Hex(deviceCode));
    if (user === null) return oauthError('access_denied', 'The authorization request was denied.');
    return this.#tokensFor(user);
  }

  #pending(device: DeviceCode): TokenAnswer {
    const early = Date.now() - device.polledAt < DEVICE_INTERVAL_S * 1000;
    device.polledAt = Date.now();
    if (early) return { ...oauthError('slow_down', 'Too many requests have been made.'), interval: 10 };
    return oauthError('authorization_pending', 'The authorization request is still pending.');
  }

  /** Both tokens of before are dead from here on. */
  byRefresh(text: string): TokenAnswer {
    const known = this.#refresh.get(sha256Hex(text));
    if (!known || known.until < Date.now())
      return oauthError('bad_refresh_token', 'The refresh token passed is incorrect or expired.');
    this.#refresh.delete(sha256Hex(text));
    known.access.revoked = true;
    return this.#tokensFor(known.user);
  }

  /** All tokens of the person, and what would make new ones. */
  deleteGrant(user: Account): void {
    for (const token of this.world.tokens.all()) if (token.user === user) token.revoked = true;
    for (const [key, refresh] of this.#refresh) if (refresh.user === user) this.#refresh.delete(key);
  }

  #tokensFor(user: Account): TokenAnswer {
    const { text, token } = this.world.tokens.issueToUser({
      user,
      installation: null,
      reaches: (account) => this.world.installationOf(account) !== undefined,
      repositoryIds: null,
      permissions: [...this.world.installations.values()][0]?.permissions ?? {},
      expiresAt: Date.now() + USER_LIFE_MS,
    });
    const refresh = newUserSecret('ghr');
    this.#refresh.set(sha256Hex(refresh), { user, access: token, until: Date.now() + REFRESH_LIFE_S * 1000 });
    return {
      access_token: text,
      expires_in: USER_LIFE_MS / 1000,
      refresh_token: refresh,
      refresh_token_expires_in: REFRESH_LIFE_S,
      token_type: 'bearer',
      scope: '',
    };
  }
}

function isVerified({ challenge }: Code, verifier: string | undefined): boolean {
  if (challenge === undefined) return verifier === undefined;
  return verifier !== undefined && isSame(createHash('sha256').update(verifier).digest('base64url'), challenge);
}
