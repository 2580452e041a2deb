import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type EntityManager } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { OauthRefusal, type UserTokens } from '../credentials/user-tokens-answer.js';
import { newId } from '../random-id.js';
import { SEALED_TEXT, type SealedText } from '../secrets/sealed-text.js';
import { linkFacts, type GithubLink } from './github-link.js';
import { GithubLinkEntity } from './github-link.entity.js';
import { LinkableApps } from './linkable-apps.js';
import { StoreFreshTokens, type FreshTokens } from './store-fresh-tokens.js';

/** A token is used until this long before it ends: the leases that are made of it end with it. */
const MARGIN_MS = 15 * 60_000;
/** Each holds one connection of the pool (10) while GitHub answers. */
const REFRESHES_AT_ONCE = 3;

type Renewed = { access: string } | { broken: true };

/** What one turn at GitHub brought, for whoever must keep it if the transaction fails. */
interface Turn {
  fresh?: FreshTokens;
}

/**
 * Tokens of linked accounts. A refresh token works once, so one replica at a time asks GitHub (the row's lock), the
 * others wait and take what it stored; nothing is used before it is stored.
 */
@Injectable()
export class UserTokensService {
  private readonly underWay = new Map<string, Promise<string>>();
  private readonly queue: (() => void)[] = [];
  private running = 0;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly apps: LinkableApps,
    private readonly store: StoreFreshTokens,
    private readonly audit: ControlPlaneAudit,
    @Inject(SEALED_TEXT) private readonly sealed: SealedText,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /**
   * A token of the person's that is good for a while.
   * @param dead one that GitHub honours no more, whatever its time
   * @throws HoldshortError `github_link_missing`, `github_link_broken` or `upstream_unreachable`
   */
  async of(link: GithubLink, dead?: string): Promise<string> {
    if (link.brokenAt !== null) throw this.broken(link);
    if (this.isFresh(link)) {
      const access = await this.sealed.open(link.sealedAccess);
      if (access !== dead) return access;
    }
    const known = this.underWay.get(link.id);
    if (known) return known;
    const renewal = this.inTurn(() => this.renew(link, dead)).finally(() => this.underWay.delete(link.id));
    this.underWay.set(link.id, renewal);
    return renewal;
  }

  /** The newest token there is, good or not; for what ends a grant. */
  async lastOf(link: GithubLink): Promise<string> {
    try {
      return await this.of(link);
    } catch (error) {
      if (!(error instanceof HoldshortError) || error.code !== 'github_link_broken') throw error;
      return this.storedOf(link);
    }
  }

  storedOf(link: GithubLink): Promise<string> {
    return this.sealed.open(link.sealedAccess);
  }

  private async renew(link: GithubLink, dead: string | undefined): Promise<string> {
    this.audit.requireWritable();
    const turn: Turn = {};
    const renewed = await this.database
      .transaction((manager) => this.renewIn(manager, { id: link.id, dead, turn }))
      .catch(async (error: unknown): Promise<Renewed> => {
        if (!turn.fresh) throw error;
        await this.store.rescue(turn.fresh, error);
        return { access: turn.fresh.tokens.access };
      });
    if ('broken' in renewed) throw this.broken(link);
    if (turn.fresh) await this.tellRefreshed(turn.fresh.row);
    return renewed.access;
  }

  /** What it answers is true once the transaction is through; what GitHub gave stands in `turn` from that moment. */
  private async renewIn(
    manager: EntityManager,
    { id, dead, turn }: { id: string; dead: string | undefined; turn: Turn },
  ): Promise<Renewed> {
    const rows = manager.getRepository(GithubLinkEntity);
    const row = await rows.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw new HoldshortError('github_link_missing', 'The GitHub account was unlinked meanwhile.');
    if (row.brokenAt !== null) return { broken: true };
    const access = this.isFresh(row) ? await this.sealed.open(row.sealedAccess) : undefined;
    if (access !== undefined && access !== dead) return { access };
    const tokens = await this.askGithub(manager, row);
    if (!tokens) return { broken: true };
    turn.fresh = { row, tokens };
    await this.store.store(manager, turn.fresh);
    return { access: tokens.access };
  }

  /** Undefined where the refresh token is good no more; the row says so then. */
  private async askGithub(manager: EntityManager, row: GithubLink): Promise<UserTokens | undefined> {
    const { people } = this.apps.at(row);
    const refresh = await this.sealed.open(row.sealedRefresh);
    try {
      return await people.refresh(refresh);
    } catch (error) {
      if (!(error instanceof OauthRefusal) || error.error !== 'bad_refresh_token') throw error;
      await this.markBroken(manager, row, error.error);
      return undefined;
    }
  }

  private async tellRefreshed(row: GithubLink): Promise<void> {
    const facts = linkFacts(row);
    await this.audit.record({
      type: 'github.link_refreshed',
      correlation_id: newId('cor'),
      ...facts,
      outcome: 'success',
    });
  }

  private async markBroken(manager: EntityManager, row: GithubLink, reason: string): Promise<void> {
    const marks = { brokenAt: this.now(), brokenReason: reason };
    await manager.getRepository(GithubLinkEntity).update({ id: row.id }, marks);
    const { detail, ...facts } = linkFacts(row);
    const { code, message } = this.broken(row);
    await this.audit.record({
      type: 'github.link_broken',
      correlation_id: newId('cor'),
      ...facts,
      outcome: 'failed',
      error: { code, message },
      detail: { ...detail, reason },
    });
  }

  private broken(link: GithubLink): HoldshortError {
    return new HoldshortError(
      'github_link_broken',
      `GitHub no longer honours the link of ${link.login} to the account ${link.githubLogin}.`,
      { advice: `Link it again: \`${this.apps.nextStep(this.apps.at(link).app)}\`.` },
    );
  }

  private isFresh({ accessExpiresAt }: GithubLink): boolean {
    return accessExpiresAt.getTime() - MARGIN_MS > this.now().getTime();
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= REFRESHES_AT_ONCE) await new Promise<void>((resolve) => this.queue.push(resolve));
    else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
