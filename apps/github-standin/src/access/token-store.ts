import { createHash, randomBytes } from 'node:crypto';
import type { Installation, Permissions, Repository } from '../world/model.js';

export interface IssuedToken {
  /** Lower-case hex SHA-256 of the token; the token itself is not kept. */
  sha256: string;
  installation: Installation;
  /** `null`: all repositories of the installation, future ones too. */
  repositoryIds: number[] | null;
  permissions: Permissions;
  issuedAt: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  revoked: boolean;
  /** Calls so far, for the rate limit headers. */
  used: number;
}

export interface TokenScope {
  repositories: Repository[] | null;
  permissions: Permissions;
}

/** GitHub's installation tokens live one hour. */
const LIFE_MS = 3_600_000;

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The form of 2026: `ghs_<app id>_<jwt>`, about 520 characters. */
function newTokenText(appId: number): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = part({ alg: 'RS256', typ: 'JWT' });
  const now = Math.floor(Date.now() / 1000);
  const payload = part({
    iss: String(appId),
    iat: now,
    exp: now + LIFE_MS / 1000,
    jti: randomBytes(12).toString('hex'),
  });
  return `ghs_${String(appId)}_${header}.${payload}.${randomBytes(270).toString('base64url')}`.slice(0, 520);
}

export class TokenStore {
  readonly #tokens = new Map<string, IssuedToken>();

  constructor(readonly appId: number) {}

  /** @returns the token's text, which is nowhere else */
  issue(installation: Installation, scope: TokenScope): { text: string; token: IssuedToken } {
    const text = newTokenText(this.appId);
    const token: IssuedToken = {
      sha256: sha256Hex(text),
      installation,
      repositoryIds: scope.repositories?.map(({ id }) => id) ?? null,
      permissions: scope.permissions,
      issuedAt: new Date().toISOString(),
      expiresAt: Date.now() + LIFE_MS,
      revoked: false,
      used: 0,
    };
    this.#tokens.set(token.sha256, token);
    return { text, token };
  }

  /** A token that is still good. */
  find(text: string): IssuedToken | null {
    const token = this.#tokens.get(sha256Hex(text));
    return token && !token.revoked && token.expiresAt > Date.now() ? token : null;
  }

  all(): IssuedToken[] {
    return [...this.#tokens.values()];
  }
}
