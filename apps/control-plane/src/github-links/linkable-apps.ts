import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { GithubApp } from '../credentials/github-app.js';
import { GithubApps } from '../credentials/github-apps.js';
import type { GithubPeople } from '../credentials/github-people.js';
import { GITHUB_COM } from '../credentials/site-name.js';

/** An App that acts for people. */
export interface LinkableApp {
  app: GithubApp;
  people: GithubPeople;
}

export interface Place {
  site: string;
  appId: string;
}

/** Which App a link is for. */
@Injectable()
export class LinkableApps {
  constructor(private readonly apps: GithubApps) {}

  /** @throws HoldshortError `not_found` where there is none, `request_malformed` where several are meant */
  choose(host: string | undefined, id: string | undefined): LinkableApp {
    const fit = this.all().filter(
      ({ app }) => (host === undefined || app.site === host.toLowerCase()) && (id === undefined || app.id === id),
    );
    const [first] = fit;
    if (!first) throw noSuchApp();
    if (fit.length > 1)
      throw new HoldshortError('request_malformed', 'There are several GitHub Apps; say which one.', {
        advice: `Use ${fit.map(({ app }) => `\`${this.nextStep(app)}\``).join(' or ')}.`,
      });
    return first;
  }

  /** @throws HoldshortError `not_found` for an App that the settings no longer have, or not for people */
  at({ site, appId }: Place): LinkableApp {
    const found = this.all().find(({ app }) => app.site === site && app.id === appId);
    if (!found) throw noSuchApp();
    return found;
  }

  /** The command that links an account for the App. */
  nextStep(app: GithubApp): string {
    const several = this.all().length > 1;
    const host = several && app.site !== GITHUB_COM ? ` --host ${app.site}` : '';
    return `holdshort github link${host}${several ? ` --app ${app.id}` : ''}`;
  }

  private all(): LinkableApp[] {
    return this.apps.all.flatMap((app) => (app.people ? [{ app, people: app.people }] : []));
  }
}

const noSuchApp = (): HoldshortError =>
  new HoldshortError('not_found', 'No GitHub App of Holdshort acts for people there.', {
    advice: 'The platform team can give the App a client secret; see docs/user-leases.md.',
  });
