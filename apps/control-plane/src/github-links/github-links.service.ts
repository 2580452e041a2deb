import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type EntityManager, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { isSamePerson, type Identity, type PersonKey } from '../auth/identity.js';
import { CLOCK, type Clock } from '../clock.js';
import type { GithubUser } from '../credentials/github-people.js';
import type { UserTokens } from '../credentials/user-tokens-answer.js';
import { newId } from '../random-id.js';
import { SEALED_TEXT, type SealedText } from '../secrets/sealed-text.js';
import { SignalsService } from '../signals/signals.service.js';
import { linkFacts, type GithubLink } from './github-link.js';
import { GithubLinkEntity } from './github-link.entity.js';
import { LinkableApps, type LinkableApp, type Place } from './linkable-apps.js';
import { UserTokensService } from './user-tokens.service.js';

export interface NewLink {
  person: Identity;
  at: LinkableApp;
  user: GithubUser;
  tokens: UserTokens;
}

/** The accounts that people have linked: one per person and App, one person per account. */
@Injectable()
export class GithubLinks {
  private readonly rows: Repository<GithubLinkEntity>;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly apps: LinkableApps,
    private readonly tokens: UserTokensService,
    private readonly signals: SignalsService,
    private readonly audit: ControlPlaneAudit,
    @Inject(SEALED_TEXT) private readonly sealed: SealedText,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(GithubLinkEntity);
  }

  listOf({ idp, sub }: PersonKey): Promise<GithubLink[]> {
    return this.rows.find({ where: { idp, sub }, order: { linkedAt: 'ASC', id: 'ASC' } });
  }

  /** Who has linked an account: thousands at most, one row each. */
  all(): Promise<Pick<GithubLink, 'id' | 'idp' | 'sub'>[]> {
    return this.rows.find({ select: { id: true, idp: true, sub: true } });
  }

  async find({ idp, sub }: PersonKey, { site, appId }: Place): Promise<GithubLink | undefined> {
    return (await this.rows.findOneBy({ idp, sub, site, appId })) ?? undefined;
  }

  /**
   * Puts the link in the place of the one that the person had at that App, if `record` could put it on record.
   * @returns the link, and the one of before
   * @throws HoldshortError `conflict` where the account is linked to somebody else
   */
  async replace(
    { person, at, user, tokens }: NewLink,
    record: (link: GithubLink) => Promise<void>,
  ): Promise<{ link: GithubLink; before: GithubLink | undefined }> {
    const [sealedAccess, sealedRefresh] = await this.seal(tokens);
    const now = this.now();
    const { idp, sub, login, email } = person;
    const link: GithubLink = {
      ...{ id: newId('ghl'), idp, sub, login, email, site: at.app.site, appId: at.app.id },
      ...{ githubId: user.id, githubLogin: user.login, sealedAccess, sealedRefresh },
      ...{ accessExpiresAt: tokens.accessExpiresAt, refreshExpiresAt: tokens.refreshExpiresAt },
      ...{ linkedAt: now, refreshedAt: now, refreshes: 0, brokenAt: null, brokenReason: null },
    };
    const before = await this.database.transaction(async (manager) => {
      const replaced = await this.replaceIn(manager, link);
      await record(link);
      return replaced;
    });
    return { link, before };
  }

  /** Ends the grant at GitHub, then forgets the link; where GitHub does not answer it stays, to be tried again. */
  async unlink(person: PersonKey, id: string, why: { correlationId: string; reason?: string }): Promise<GithubLink> {
    const link = await this.rows.findOneBy({ id });
    if (!link || !isSamePerson(link, person)) throw new HoldshortError('not_found', 'There is no such link.');
    this.audit.requireWritable();
    const grant = await this.endGrant(link);
    await this.database.transaction(async (manager) => {
      const gone = await manager.getRepository(GithubLinkEntity).delete({ id });
      if (gone.affected !== 1) throw new HoldshortError('not_found', 'There is no such link.');
      await this.recordEnd(manager, link, { grant, ...why });
    });
    return link;
  }

  /** In the transaction that forgets the link: its event, and the signal that ends its leases. */
  async recordEnd(
    manager: EntityManager,
    link: GithubLink,
    { correlationId, ...said }: { grant: string; reason?: string; correlationId: string },
  ): Promise<void> {
    const { detail, ...facts } = linkFacts(link);
    await this.signals.send(manager, { kind: 'github_unlinked', linkId: link.id });
    await this.audit.record({
      type: 'github.unlinked',
      correlation_id: correlationId,
      ...facts,
      outcome: 'success',
      detail: { ...detail, ...said },
    });
  }

  /** GitHub ends a grant by any good token under it, so an expired one is renewed first. */
  async endGrant(link: GithubLink): Promise<'revoked' | 'gone'> {
    const { people } = this.apps.at(link);
    const access = await this.tokens.lastOf(link);
    return people.revokeGrant(access);
  }

  /** The link's last token alone; what else is under the grant goes on. */
  async endToken(link: GithubLink): Promise<'revoked' | 'not revoked'> {
    const { people } = this.apps.at(link);
    return (await people.revoke(await this.tokens.storedOf(link))) ? 'revoked' : 'not revoked';
  }

  private async replaceIn(manager: EntityManager, link: GithubLink): Promise<GithubLink | undefined> {
    const rows = manager.getRepository(GithubLinkEntity);
    const { idp, sub, site, appId, githubId } = link;
    // one after the other at this App: of two people who link one account together, one is told so
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`github link ${site} ${appId}`]);
    const taken = await rows.findOneBy({ site, appId, githubId });
    if (taken && !isSamePerson(taken, link))
      throw new HoldshortError('conflict', `The GitHub account ${link.githubLogin} is linked to somebody else.`, {
        advice: 'Sign in at GitHub with your own account, or have the other link removed.',
      });
    const before = await rows.findOneBy({ idp, sub, site, appId });
    if (before) await rows.delete({ id: before.id });
    await rows.insert(link);
    return before ?? undefined;
  }

  private seal({ access, refresh }: UserTokens): Promise<[string, string]> {
    return Promise.all([this.sealed.seal(access), this.sealed.seal(refresh)]);
  }
}
