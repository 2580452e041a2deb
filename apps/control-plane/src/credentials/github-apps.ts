import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { isGithubHost } from '@holdshort/github-operations';
import type { Logger } from '@holdshort/telemetry';
import { CLOCK, type Clock } from '../clock.js';
import { LOGGER } from '../logger.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { ExpiringCache } from './expiring-cache.js';
import { firstAnswer } from './first-answer.js';
import { githubAppsOf } from './github-app-settings.js';
import { GithubApp, type Installation, type InstallationToken } from './github-app.js';
import type { HeldLease } from './held-lease.js';
import { GITHUB_COM, nameAt } from './site-name.js';

const INSTALLATION_CACHE_MS = 5 * 60_000;

/** All GitHub Apps that the control plane is, and which of them a call goes by. */
@Injectable()
export class GithubApps implements OnApplicationShutdown {
  readonly all: readonly GithubApp[];
  private readonly chosen: ExpiringCache<Installation>;

  constructor(
    @Inject(SETTINGS) settings: ControlPlaneSettings,
    @Inject(CLOCK) now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.all = githubAppsOf(settings).map((config) => new GithubApp(config, now));
    this.chosen = new ExpiringCache(INSTALLATION_CACHE_MS, now);
  }

  /**
   * The GitHub that a host of a call belongs to: the nearest above it that has an App, else github.com with its other
   * domains. No host counts as github.com.
   * @throws HoldshortError `lease_unavailable` for a host that no App is for
   */
  siteOf(host: string): string {
    const name = host.toLowerCase();
    const above = this.all.map(({ site }) => site).filter((site) => name === site || name.endsWith(`.${site}`));
    const [nearest] = above.sort((a, b) => b.length - a.length);
    if (nearest !== undefined) return nearest;
    if (name === '' || (isGithubHost(name) && !name.endsWith('ghe.com'))) return GITHUB_COM;
    throw noApp(name);
  }

  /** @throws HoldshortError `lease_unavailable` where no App is installed on the repository's owner */
  installationOfRepository(site: string, owner: string, repo: string): Promise<Installation> {
    const what = `${owner}/${repo}`;
    return this.chosen.get(`${site}/${what}`.toLowerCase(), () =>
      this.choose(site, owner, what, (app) => app.installationOfRepository(owner, repo)),
    );
  }

  /** @throws HoldshortError `lease_unavailable` where no App is installed on the account */
  installationOfAccount(site: string, owner: string): Promise<Installation> {
    return this.choose(site, owner, owner, (app) => app.installationOfAccount(owner));
  }

  /** The first answer of any installation at that GitHub. */
  search<T>(site: string, ask: (installation: Installation) => Promise<T | undefined>): Promise<T | undefined> {
    return firstAnswer(this.at(site), (app) =>
      this.noting(app, async () => firstAnswer(await app.installations(), ask)),
    );
  }

  mint(
    installation: Installation,
    repositories: readonly string[],
    permissions: Record<string, string>,
  ): Promise<InstallationToken> {
    return installation.app.mint(installation, repositories, permissions);
  }

  /** True where GitHub no longer honours the token. */
  revoke({ installation, kind, token }: Pick<HeldLease, 'installation' | 'kind' | 'token'>): Promise<boolean> {
    const { app } = installation;
    if (kind === 'installation') return app.revoke(installation, token);
    return app.people ? app.people.revoke(token) : Promise.resolve(false);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.all.map((app) => app.close()));
  }

  private async choose(
    site: string,
    owner: string,
    what: string,
    ask: (app: GithubApp) => Promise<Installation | undefined>,
  ): Promise<Installation> {
    const here = this.at(site);
    const named = here.filter((app) => app.organisations.length > 0 && app.isFor(owner));
    const candidates = named.length > 0 ? named : here.filter((app) => app.isFor(owner));
    const found = await firstAnswer(candidates, (app) => this.noting(app, () => ask(app)));
    if (!found) throw notInstalled(nameAt(site, what), owner);
    return found;
  }

  private at(site: string): readonly GithubApp[] {
    const here = this.all.filter((app) => app.site === site);
    if (here.length === 0) throw noApp(site);
    return here;
  }

  /** Another App may have the answer, so a failure must not go unnoticed. */
  private async noting<T>(app: GithubApp, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      this.logger.warn({ err: error, github: app.site, app: app.id }, 'a GitHub App failed');
      throw error;
    }
  }
}

const noApp = (site: string): HoldshortError =>
  new HoldshortError('lease_unavailable', `No GitHub App of Holdshort is for ${site.slice(0, 200)}.`, {
    advice: 'The platform team can add one; see docs/github-apps.md.',
  });

const notInstalled = (what: string, owner: string): HoldshortError =>
  new HoldshortError('lease_unavailable', `The Holdshort GitHub App cannot reach ${what}: it is not installed there.`, {
    advice: `An owner of ${owner} must install the App and select the repository.`,
  });
