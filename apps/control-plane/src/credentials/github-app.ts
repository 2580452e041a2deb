import { HoldshortError } from '@holdshort/errors';
import type { Clock } from '../clock.js';
import { AppJwt } from './app-jwt.js';
import { ExpiringCache } from './expiring-cache.js';
import type { GithubAppConfig } from './github-app-settings.js';
import { GithubPeople } from './github-people.js';
import { GithubHttp, type GithubAnswer } from './github-http.js';
import type { Payer } from './github-limits.js';
import { isRecord, readTextMap } from './json-shape.js';
import { GITHUB_COM, nameAt } from './site-name.js';

/** Where an App is installed, and what it may do there. Its id means nothing to another App. */
export interface Installation {
  app: GithubApp;
  id: number;
  account: string;
  permissions: Readonly<Record<string, string>>;
}

export interface InstallationToken {
  token: string;
  expiresAt: Date;
  permissions: Record<string, string>;
}

const LIST_CACHE_MS = 5 * 60_000;
/** GitHub's largest page; an App with more installations needs targets that name their owner. */
const LIST_PATH = '/app/installations?per_page=100';

/** One GitHub App: signs its own token, finds its installations, mints and revokes their tokens. */
export class GithubApp {
  readonly id: string;
  readonly site: string;
  readonly organisations: readonly string[];
  readonly http: GithubHttp;
  /** Absent where the App has no client secret: then it acts for nobody. */
  readonly people: GithubPeople | undefined;
  private readonly jwt: AppJwt;
  private readonly lists: ExpiringCache<Installation[]>;
  /** Of the App's own calls: finding installations, minting their tokens. */
  private readonly payer: Payer;

  constructor(config: GithubAppConfig, now: Clock) {
    const { site } = config;
    this.id = config.id;
    this.site = site;
    this.organisations = config.organisations;
    this.http = new GithubHttp(config, now);
    this.people = config.people && new GithubPeople(config.people, this.http, config.ca, now);
    this.jwt = new AppJwt(config.id, config.signer, now);
    this.lists = new ExpiringCache(LIST_CACHE_MS, now);
    this.payer = { key: 'app', name: `the Holdshort App${site === GITHUB_COM ? '' : ` of ${site}`}` };
  }

  /** An App that names organisations is for no other owner. */
  isFor(owner: string): boolean {
    return this.organisations.length === 0 || this.organisations.includes(owner.toLowerCase());
  }

  /** Undefined where the App is not installed on the repository's owner, or not on the repository. */
  async installationOfRepository(owner: string, repo: string): Promise<Installation | undefined> {
    const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}/installation`;
    const answer = await this.asApp('GET', path);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw refusedByGithub('find its installation', answer);
    return this.readInstallation(answer.body);
  }

  /** Undefined where the App is not installed on the account. */
  async installationOfAccount(owner: string): Promise<Installation | undefined> {
    const all = await this.installations();
    return all.find((entry) => entry.account.toLowerCase() === owner.toLowerCase());
  }

  /** Those that the App is for. */
  installations(): Promise<Installation[]> {
    return this.lists.get('all', async () => {
      const answer = await this.asApp('GET', LIST_PATH);
      if (answer.status !== 200 || !Array.isArray(answer.body)) throw refusedByGithub('list its installations', answer);
      return answer.body.map((body) => this.readInstallation(body)).filter(({ account }) => this.isFor(account));
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
    this.requireOwn(installation);
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
  async revoke(installation: Installation, token: string): Promise<boolean> {
    this.requireOwn(installation);
    const { status } = await this.http.call('DELETE', '/installation/token', { token, payer: payerOf(installation) });
    return status === 204 || status === 401;
  }

  async close(): Promise<void> {
    await Promise.all([this.http.close(), this.people?.close()]);
  }

  private async asApp(method: 'GET' | 'POST', path: string, body?: unknown): Promise<GithubAnswer> {
    return this.http.call(method, path, { token: await this.jwt.get(), payer: this.payer }, body);
  }

  private requireOwn({ app }: Installation): void {
    if (app !== this)
      throw new HoldshortError('internal_error', 'An installation of one GitHub App was given to another.');
  }

  /** @throws HoldshortError `lease_unavailable` for an answer of another shape */
  private readInstallation(body: unknown): Installation {
    const account = isRecord(body) ? body['account'] : undefined;
    if (!isRecord(body) || typeof body['id'] !== 'number' || !isRecord(account)) throw unknownForm();
    if (typeof account['login'] !== 'string') throw unknownForm();
    return { app: this, id: body['id'], account: account['login'], permissions: readTextMap(body['permissions']) };
  }
}

/** GitHub counts the calls of all tokens of one installation together. */
export const payerOf = ({ app, id, account }: Installation): Payer => ({
  key: `installation ${String(id)}`,
  name: `the Holdshort App on ${nameAt(app.site, account)}`,
});

const unknownForm = (): HoldshortError =>
  new HoldshortError('lease_unavailable', 'GitHub described an installation of the App in an unknown form.');

const refusedByGithub = (what: string, { status }: GithubAnswer): HoldshortError =>
  new HoldshortError('lease_unavailable', `GitHub did not let the Holdshort App ${what} (status ${String(status)}).`, {
    advice:
      status === 401
        ? "The platform team must check the App's id and key."
        : "An owner must check the App's installation: its repositories and its permissions.",
  });
