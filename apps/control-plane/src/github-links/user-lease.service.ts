import { Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { PersonKey } from '../auth/identity.js';
import type { GithubApp } from '../credentials/github-app.js';
import type { Scope, ScopedToken } from '../credentials/github-people.js';
import type { GithubLink } from './github-link.js';
import { GithubLinks } from './github-links.service.js';
import { LinkableApps } from './linkable-apps.js';
import { UserTokensService } from './user-tokens.service.js';

/** What of linked accounts becomes a lease: a token of the person's for one call's repositories and permissions. */
@Injectable()
export class UserLease {
  constructor(
    private readonly links: GithubLinks,
    private readonly apps: LinkableApps,
    private readonly tokens: UserTokensService,
  ) {}

  /** @throws HoldshortError `github_link_missing` with the next step, `github_link_broken`, `lease_unavailable` */
  async linkOf(person: PersonKey & { login: string }, app: GithubApp): Promise<GithubLink> {
    if (!app.people)
      throw new HoldshortError(
        'lease_unavailable',
        'Policy wants a credential of the engineer, and this GitHub App acts for nobody.',
        {
          advice: 'The platform team must give the App a client secret; see docs/user-leases.md.',
        },
      );
    const link = await this.links.find(person, { site: app.site, appId: app.id });
    if (!link) {
      throw new HoldshortError(
        'github_link_missing',
        `Policy wants this call to carry ${person.login} at GitHub, who has linked no account.`,
        { advice: `${person.login} must run \`${this.apps.nextStep(app)}\` once; then try again.` },
      );
    }
    if (link.brokenAt !== null) await this.tokens.of(link); // says so
    return link;
  }

  /** @throws HoldshortError `lease_unavailable`, `github_link_broken` */
  async scoped(link: GithubLink, scope: Scope): Promise<ScopedToken> {
    const { people } = this.apps.at(link);
    const access = await this.tokens.of(link);
    const first = await people.scope(access, scope);
    if (first) return first;
    const second = await people.scope(await this.tokens.of(link, access), scope);
    if (second) return second;
    throw new HoldshortError('lease_unavailable', 'GitHub honours no token of the engineer right now.');
  }
}
