import { HoldshortError } from '@holdshort/errors';
import { secondsLater, type Clock } from '../clock.js';
import type { PeopleConfig } from './github-app-settings.js';
import type { CountedToken, GithubAnswer, GithubHttp } from './github-http.js';
import { GithubWeb } from './github-web.js';
import { isRecord, readTextMap } from './json-shape.js';
import { readDeviceStart, readUserTokens, refusalOf, type DeviceStart, type UserTokens } from './user-tokens-answer.js';

export interface GithubUser {
  /** GitHub's number, as text: logins change. */
  id: string;
  login: string;
}

export interface ScopedToken {
  token: string;
  expiresAt: Date;
  permissions: Record<string, string>;
}

export interface Scope {
  /** Owner of the repositories. */
  target: string;
  /** Names without owner; empty for a token that is not about a repository. */
  repositories: readonly string[];
  permissions: Record<string, string>;
}

/** What is counted on where GitHub does not say: as an installation's token. */
const UNKNOWN_LIFE_S = 3600;
const TOKEN_PATH = '/login/oauth/access_token';
/** RFC 8628, 3.4. */
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/**
 * One GitHub App acting for people: how they authorise it, and what their tokens are made into.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 */
export class GithubPeople {
  private readonly web: GithubWeb;
  private readonly client: CountedToken;

  constructor(
    private readonly config: PeopleConfig,
    private readonly http: GithubHttp,
    ca: string | undefined,
    private readonly now: Clock,
  ) {
    this.web = new GithubWeb(config.webUrl, ca);
    const token = Buffer.from(`${config.clientId}:${config.clientSecret}`).toString('base64');
    this.client = { token, scheme: 'Basic', payer: { key: 'client', name: 'the Holdshort App for people' } };
  }

  /** Where a browser goes. @param challenge of PKCE, S256 (RFC 7636) */
  authorizeUrl(asked: { state: string; challenge: string; redirectUri: string }): string {
    const url = new URL(`${this.config.webUrl}/login/oauth/authorize`);
    url.searchParams.set('client_id', this.config.clientId);
    url.searchParams.set('redirect_uri', asked.redirectUri);
    url.searchParams.set('state', asked.state);
    url.searchParams.set('code_challenge', asked.challenge);
    url.searchParams.set('code_challenge_method', 'S256');
    return url.href;
  }

  /** @throws OauthRefusal for a code that GitHub does not take */
  exchange(code: string, verifier: string, redirectUri: string): Promise<UserTokens> {
    return this.tokens({ code, code_verifier: verifier, redirect_uri: redirectUri });
  }

  async startDevice(): Promise<DeviceStart> {
    const answer = await this.web.post('/login/device/code', { client_id: this.config.clientId });
    return readDeviceStart(answer);
  }

  /** @throws OauthRefusal, `authorization_pending` and `slow_down` included */
  finishDevice(deviceCode: string): Promise<UserTokens> {
    return this.tokens({ device_code: deviceCode, grant_type: DEVICE_GRANT });
  }

  /** The tokens of before are dead once GitHub has answered. @throws OauthRefusal */
  refresh(refreshToken: string): Promise<UserTokens> {
    return this.tokens({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  async whoIs(access: string): Promise<GithubUser> {
    const { status, body } = await this.http.call('GET', '/user', access);
    const id = isRecord(body) ? body['id'] : undefined;
    const login = isRecord(body) ? body['login'] : undefined;
    if (status === 200 && typeof id === 'number' && typeof login === 'string') return { id: String(id), login };
    throw new HoldshortError('upstream_refused', `GitHub did not say whose account it is (status ${String(status)}).`);
  }

  /**
   * A token of the person's for these repositories and permissions alone.
   * @returns undefined where GitHub no longer honours `access`
   * @throws HoldshortError `lease_unavailable` where it gives no such token
   */
  async scope(access: string, { target, repositories, permissions }: Scope): Promise<ScopedToken | undefined> {
    const body = { access_token: access, target, permissions, ...(repositories.length > 0 ? { repositories } : {}) };
    const answer = await this.asClient('POST', '/token/scoped', body);
    if (answer.status === 404 && !(await this.isGood(access))) return undefined;
    const { token, expires_at: expires, installation } = isRecord(answer.body) ? answer.body : {};
    if (answer.status !== 200 || typeof token !== 'string') throw notScoped(answer, [target, ...repositories]);
    const granted = readTextMap(isRecord(installation) ? installation['permissions'] : undefined);
    return {
      token,
      expiresAt: typeof expires === 'string' ? new Date(expires) : secondsLater(this.now(), UNKNOWN_LIFE_S),
      permissions: Object.keys(granted).length === 0 ? permissions : granted,
    };
  }

  /** True where GitHub no longer honours the token. */
  async revoke(token: string): Promise<boolean> {
    const { status } = await this.asClient('DELETE', '/token', { access_token: token });
    return status === 204 || !(await this.isGood(token));
  }

  /** All tokens of the person under this App, this one included. @throws HoldshortError `upstream_refused` */
  async revokeGrant(access: string): Promise<'revoked' | 'gone'> {
    const { status } = await this.asClient('DELETE', '/grant', { access_token: access });
    if (status === 204) return 'revoked';
    if (!(await this.isGood(access))) return 'gone';
    throw new HoldshortError('upstream_refused', `GitHub did not revoke the grant (status ${String(status)}).`);
  }

  async close(): Promise<void> {
    await this.web.close();
  }

  private async isGood(access: string): Promise<boolean> {
    const { status } = await this.asClient('POST', '/token', { access_token: access });
    if (status === 200 || status === 404) return status === 200;
    throw new HoldshortError('upstream_refused', `GitHub did not check a token (status ${String(status)}).`);
  }

  private asClient(method: 'POST' | 'DELETE', path: string, body: object): Promise<GithubAnswer> {
    const id = encodeURIComponent(this.config.clientId);
    return this.http.call(method, `/applications/${id}${path}`, this.client, body);
  }

  private async tokens(fields: Record<string, string>): Promise<UserTokens> {
    const { clientId, clientSecret } = this.config;
    const answer = await this.web.post(TOKEN_PATH, { client_id: clientId, client_secret: clientSecret, ...fields });
    const refusal = refusalOf(answer);
    if (refusal) throw refusal;
    return readUserTokens(answer, this.now());
  }
}

const notScoped = ({ status }: GithubAnswer, names: readonly string[]): HoldshortError =>
  new HoldshortError(
    'lease_unavailable',
    `GitHub gave no token of the engineer for ${names.join('/')} (status ${String(status)}).`,
    { advice: "The engineer's GitHub account and the App must both have access to the repository." },
  );
