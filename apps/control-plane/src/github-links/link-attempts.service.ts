import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan, MoreThan, type Repository } from 'typeorm';
import type { PersonKey } from '../auth/identity.js';
import { openCode, sealCode } from '../auth/sealed-code.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { randomBase62, sha256Hex } from '../random-id.js';
import { GithubLinkAttemptEntity } from './github-link-attempt.entity.js';

/** Long enough to find a password and a second factor at GitHub. */
const ATTEMPT_SECONDS = 600;

/** A link under way, with its secret open. */
export interface LinkAttempt {
  site: string;
  appId: string;
  /** PKCE verifier of a browser, device code of a terminal. */
  secret: string;
}

type Place = Omit<LinkAttempt, 'secret'>;

/** Links under way. Each belongs to the person who began it, and one of a browser to that sign-in alone. */
@Injectable()
export class LinkAttempts {
  private readonly rows: Repository<GithubLinkAttemptEntity>;

  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(GithubLinkAttemptEntity);
  }

  /** @returns the state, and the verifier of PKCE */
  async beginInBrowser(
    person: PersonKey,
    webSession: string,
    place: Place,
  ): Promise<{ state: string; secret: string }> {
    const [state, secret] = [randomBase62(43), randomBase62(64)];
    const row = { by: 'browser' as const, browserSha256: sha256Hex(webSession), ...place };
    await this.insert(person, state, { ...row, secret, seconds: ATTEMPT_SECONDS });
    return { state, secret };
  }

  /** @returns the handle by which the terminal asks on */
  async beginByDevice(person: PersonKey, place: Place, device: { code: string; seconds: number }): Promise<string> {
    const handle = `hsg_${randomBase62(40)}`;
    const row = { by: 'device' as const, browserSha256: null, ...place };
    await this.insert(person, handle, { ...row, secret: device.code, seconds: device.seconds });
    return handle;
  }

  /** Takes it out: once. Undefined for an unknown, used or late state, another person or another sign-in. */
  async takeInBrowser(person: PersonKey, webSession: string, state: string): Promise<LinkAttempt | undefined> {
    const [row] = await this.database.query<{ site: string; app_id: string; sealed_secret: Buffer }[]>(
      `WITH taken AS (DELETE FROM holdshort.github_link_attempts
         WHERE state_sha256 = $1 AND by = 'browser' AND browser_sha256 = $2 AND idp = $3 AND sub = $4 AND expires_at > $5
         RETURNING site, app_id, sealed_secret) SELECT * FROM taken`,
      [sha256Hex(state), sha256Hex(webSession), person.idp, person.sub, this.now()],
    );
    return row && { site: row.site, appId: row.app_id, secret: openCode(state, row.sealed_secret) };
  }

  /** Stays until `end`: the terminal asks again and again. */
  async findByDevice({ idp, sub }: PersonKey, handle: string): Promise<LinkAttempt | undefined> {
    const where = { stateSha256: sha256Hex(handle), by: 'device' as const, idp, sub, expiresAt: MoreThan(this.now()) };
    const row = await this.rows.findOneBy(where);
    return row ? { site: row.site, appId: row.appId, secret: openCode(handle, row.sealedSecret) } : undefined;
  }

  async end(handle: string): Promise<void> {
    await this.rows.delete({ stateSha256: sha256Hex(handle) });
  }

  private async insert(
    { idp, sub }: PersonKey,
    state: string,
    {
      secret,
      seconds,
      ...row
    }: Place & { secret: string; seconds: number } & Pick<GithubLinkAttemptEntity, 'by' | 'browserSha256'>,
  ): Promise<void> {
    await this.rows.delete({ expiresAt: LessThan(this.now()) });
    await this.rows.insert({
      ...row,
      ...{ idp, sub, stateSha256: sha256Hex(state), sealedSecret: sealCode(state, secret) },
      expiresAt: secondsLater(this.now(), seconds),
    });
  }
}
