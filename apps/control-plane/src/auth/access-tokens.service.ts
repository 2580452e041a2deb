import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, MoreThan, type Repository } from 'typeorm';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { randomBase62, sha256Hex } from '../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { AccessTokenEntity } from './access-token.entity.js';
import type { Person, PersonKey } from './identity.js';
import { PeopleService, type Word } from './people/people.service.js';

/** How access tokens begin, so that scanners for secrets know them. */
export const ACCESS_TOKEN_PREFIX = 'hst_';

/** Opaque bearer tokens of people at terminals; whose they are is kept, what those may do is worked out at each call. */
@Injectable()
export class AccessTokensService {
  private readonly rows: Repository<AccessTokenEntity>;

  constructor(
    database: DataSource,
    private readonly people: PeopleService,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(AccessTokenEntity);
  }

  /** @returns the token, shown once, and its expiry */
  async issue(
    person: Person,
    word: Word = { goodUntil: null },
    seconds: number = this.settings.loginSeconds,
  ): Promise<{ token: string; expiresAt: Date }> {
    const { sub, login, email, idp, groups } = person;
    await this.people.remember({ sub, login, email, idp, groups }, word);
    const token = `${ACCESS_TOKEN_PREFIX}${randomBase62(40)}`;
    const createdAt = this.now();
    const expiresAt = secondsLater(createdAt, seconds);
    const tokenSha256 = sha256Hex(token);
    await this.rows.insert({ sub, login, email, idp, groups, tokenSha256, createdAt, expiresAt, revokedAt: null });
    return { token, expiresAt };
  }

  /** @returns undefined for a token that is unknown, expired or logged out */
  async ownerOf(token: string): Promise<PersonKey | undefined> {
    const row = await this.rows.findOneBy({
      tokenSha256: sha256Hex(token),
      revokedAt: IsNull(),
      expiresAt: MoreThan(this.now()),
    });
    return row ? { idp: row.idp, sub: row.sub } : undefined;
  }

  async revoke(token: string): Promise<void> {
    await this.rows.update({ tokenSha256: sha256Hex(token), revokedAt: IsNull() }, { revokedAt: this.now() });
  }
}
