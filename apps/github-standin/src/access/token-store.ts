import { createHash, randomBytes } from 'node:crypto';
import type { Account, Installation, Permissions, Repository } from '../world/model.js';

export interface IssuedToken {
  /** Lower-case hex SHA-256 of the token; the token itself is not kept. */
  sha256: string;
  /** `null`: a person's token that is not scoped, for all accounts with an installation. */
  installation: Installation | null;
  /** Set: the token is this person's. */
  user: Account | null;
  /** Whether a token without an installation is for what the account has. */
  reaches(account: Account): boolean;
  /** `null`: all repositories of the installation, future ones too. */
  repositoryIds: number[] | null;
  permissions: Permissions;
  issuedAt: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  revoked: boolean;
  /** Calls so far, for the rate limit headers. */
  used: number;
  /** `token_id` of the audit log. */
  id: number;
  /** A person's own token, that no App has anything to do with; `null` for those of the App. */
  personal: 'classic' | 'fine_grained' | null;
  /** Of a classic personal token, as `repo`. */
  scopes: string[];
}

export interface TokenScope {
  repositories: Repository[] | null;
  permissions: Permissions;
}

/** GitHub's installation tokens live one hour. */
const LIFE_MS = 3_600_000;
/** A person's token lives eight hours; one that is scoped ends with the one that it was made of. */
export const USER_LIFE_MS = 8 * 3_600_000;

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

/** `ghu_` or `ghr_` with random letters and digits, as long as GitHub's. */
export function newUserSecret(prefix: 'ghu' | 'ghr'): string {
  const length = prefix === 'ghu' ? 36 : 76;
  return `${prefix}_${randomBytes(length).toString('base64url').replaceAll(/[-_]/g, '0').slice(0, length)}`;
}

/** `ghp_` with 36 letters and digits, or `github_pat_` with 22 and 59, as long as GitHub's. */
function newPersonalToken(kind: IssuedToken['personal']): string {
  const letters = (length: number): string =>
    randomBytes(length).toString('base64url').replaceAll(/[-_]/g, '0').slice(0, length);
  return kind === 'classic' ? `ghp_${letters(36)}` : `github_pat_${letters(22)}_${letters(59)}`;
}

export interface UserTokenParts extends Pick<IssuedToken, 'installation' | 'repositoryIds' | 'permissions'> {
  user: Account;
  reaches: IssuedToken['reaches'];
  expiresAt: number;
}

export class TokenStore {
  readonly #tokens = new Map<string, IssuedToken>();

  #lastId = 1_813_636_000;

  constructor(readonly appId: number) {}

  /** @returns the token's text, which is nowhere else */
  issue(installation: Installation, scope: TokenScope): { text: string; token: IssuedToken } {
    return this.#keep(newTokenText(this.appId), {
      installation,
      user: null,
      reaches: () => false,
      repositoryIds: scope.repositories?.map(({ id }) => id) ?? null,
      permissions: scope.permissions,
      expiresAt: Date.now() + LIFE_MS,
    });
  }

  issueToUser(parts: UserTokenParts): { text: string; token: IssuedToken } {
    return this.#keep(newUserSecret('ghu'), parts);
  }

  /** What a person makes in their settings. */
  issuePersonal(parts: UserTokenParts & Pick<IssuedToken, 'personal' | 'scopes'>): {
    text: string;
    token: IssuedToken;
  } {
    return this.#keep(newPersonalToken(parts.personal), parts);
  }

  #keep(
    text: string,
    parts: Omit<IssuedToken, 'sha256' | 'issuedAt' | 'revoked' | 'used' | 'id' | 'personal' | 'scopes'> &
      Partial<Pick<IssuedToken, 'personal' | 'scopes'>>,
  ): { text: string; token: IssuedToken } {
    const issuedAt = new Date().toISOString();
    this.#lastId += 1;
    const fresh = { sha256: sha256Hex(text), issuedAt, revoked: false, used: 0, id: this.#lastId };
    const token: IssuedToken = { personal: null, scopes: [], ...parts, ...fresh };
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
