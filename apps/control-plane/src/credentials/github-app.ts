import { createPrivateKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { SignJWT } from 'jose';
import { CLOCK, type Clock } from '../clock.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { ExpiringCache } from './expiring-cache.js';
import { GithubHttp, type GithubAnswer } from './github-http.js';
import { isRecord, readTextMap } from './json-shape.js';

/** Where the App is installed, and what it may do there. */
export interface Installation {
  id: number;
  account: string;
  permissions: Readonly<Record<string, string>>;
}

export interface InstallationToken {
  token: string;
  expiresAt: Date;
  permissions: Record<string, string>;
}

/** GitHub allows 10 min and refuses a clock ahead of its own: a minute back, nine forward. */
const JWT_BACK_S = 60;
const JWT_LIFE_S = 540;
const INSTALLATION_CACHE_MS = 5 * 60_000;
/** GitHub's largest page; an App with more installations needs targets that name their owner. */
const LIST_PATH = '/app/installations?per_page=100';

/** The GitHub App: signs its own token, finds installations, mints and revokes their tokens. */
@Injectable()
export class GithubApp {
  private readonly key: KeyObject;
  private readonly installations: ExpiringCache<Installation>;
  private readonly lists: ExpiringCache<Installation[]>;

  constructor(
    private readonly http: GithubHttp,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.key = createPrivateKey(settings.githubAppKey);
    this.installations = new ExpiringCache(INSTALLATION_CACHE_MS, now);
    this.lists = new ExpiringCache(INSTALLATION_CACHE_MS, now);
  }

  /** @throws HoldshortError `lease_unavailable` where the App is not installed on the repository's owner */
  installationOfRepository(owner: string, repo: string): Promise<Installation> {
    const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}/installation`;
    return this.installations.get(`${owner}/${repo}`.toLowerCase(), () =>
      this.findInstallation(path, `${owner}/${repo}`),
    );
  }

  /** @throws HoldshortError `lease_unavailable` where the App is not installed on the account */
  async installationOfAccount(owner: string): Promise<Installation> {
    const found = (await this.allInstallations()).find((entry) => entry.account.toLowerCase() === owner.toLowerCase());
    if (!found) throw notInstalled(owner);
    return found;
  }

  allInstallations(): Promise<Installation[]> {
    return this.lists.get('all', async () => {
      const answer = await this.asApp('GET', LIST_PATH);
      if (answer.status !== 200 || !Array.isArray(answer.body)) throw refusedByGithub('list its installations', answer);
      return answer.body.map(readInstallation);
    });
  }

  /**
   * @param repositories names without owner; empty for a token that is not about a repository
   * @throws HoldshortError `lease_unavailable` with GitHub's status where it refuses
   */
  async mint(
    installation: Installation,
    repositories: readonly string[],
    permissions: Record<string, string>,
  ): Promise<InstallationToken> {
    const body = { permissions, ...(repositories.length > 0 ? { repositories } : {}) };
    const answer = await this.asApp('POST', `/app/installations/${String(installation.id)}/access_tokens`, body);
    if (answer.status !== 201 || !isRecord(answer.body)) {
      throw refusedByGithub(`issue a token for ${[installation.account, ...repositories].join('/')}`, answer);
    }
    const { token, expires_at: expires, permissions: granted } = answer.body;
    if (typeof token !== 'string' || typeof expires !== 'string')
      throw refusedByGithub('issue a readable token', answer);
    return { token, expiresAt: new Date(expires), permissions: readTextMap(granted) };
  }

  /** True where GitHub no longer honours the token; 401 says that it was revoked or expired before. */
  async revoke(token: string): Promise<boolean> {
    const { status } = await this.http.call('DELETE', '/installation/token', token);
    return status === 204 || status === 401;
  }

  private async findInstallation(path: string, what: string): Promise<Installation> {
    const answer = await this.asApp('GET', path);
    if (answer.status === 404) throw notInstalled(what);
    if (answer.status !== 200) throw refusedByGithub('find its installation', answer);
    return readInstallation(answer.body);
  }

  private async asApp(method: 'GET' | 'POST', path: string, body?: unknown): Promise<GithubAnswer> {
    const now = Math.floor(this.now().getTime() / 1000);
    const jwt = await new SignJWT({})
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(this.settings.githubAppId)
      .setIssuedAt(now - JWT_BACK_S)
      .setExpirationTime(now + JWT_LIFE_S)
      .sign(this.key);
    return this.http.call(method, path, jwt, body);
  }
}

const notInstalled = (what: string): HoldshortError =>
  new HoldshortError('lease_unavailable', `The Holdshort GitHub App cannot reach ${what}: it is not installed there.`, {
    advice: `An owner of ${what.split('/')[0] ?? what} must install the App and select the repository.`,
  });

const refusedByGithub = (what: string, answer: GithubAnswer): HoldshortError =>
  new HoldshortError(
    'lease_unavailable',
    `GitHub did not let the Holdshort App ${what} (status ${String(answer.status)}).`,
    {
      advice: "An owner must check the App's installation: its repositories and its permissions.",
    },
  );

/** @throws HoldshortError `lease_unavailable` for an answer of another shape */
function readInstallation(body: unknown): Installation {
  const account = isRecord(body) ? body['account'] : undefined;
  if (!isRecord(body) || typeof body['id'] !== 'number' || !isRecord(account) || typeof account['login'] !== 'string') {
    throw new HoldshortError('lease_unavailable', 'GitHub described an installation of the App in an unknown form.');
  }
  return { id: body['id'], account: account['login'], permissions: readTextMap(body['permissions']) };
}
