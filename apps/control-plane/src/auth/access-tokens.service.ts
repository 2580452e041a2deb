import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, MoreThan, type Repository } from 'typeorm';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { randomBase62, sha256Hex } from '../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { AccessTokenEntity } from './access-token.entity.js';
import type { Identity } from './identity.js';
import { RoleMap } from './role-map.js';

/** Opaque bearer tokens of people; the roles are worked out at each call from the groups of the sign-in. */
@Injectable()
export class AccessTokensService {
  private readonly rows: Repository<AccessTokenEntity>;
  private readonly roles: RoleMap;

  constructor(
    database: DataSource,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(AccessTokenEntity);
    this.roles = new RoleMap(settings.roleGroups);
  }

  /** @returns the token, shown once, and its expiry */
  async issue(person: Omit<Identity, 'roles'>): Promise<{ token: string; expiresAt: Date }> {
    const token = `hst_${randomBase62(40)}`;
    const createdAt = this.now();
    const expiresAt = secondsLater(createdAt, this.settings.loginSeconds);
    await this.rows.insert({ ...person, tokenSha256: sha256Hex(token), createdAt, expiresAt, revokedAt: null });
    return { token, expiresAt };
  }

  /** @returns undefined for a token that is unknown, expired or logged out */
  async identify(token: string): Promise<Identity | undefined> {
    const row = await this.rows.findOneBy({
      tokenSha256: sha256Hex(token),
      revokedAt: IsNull(),
      expiresAt: MoreThan(this.now()),
    });
    if (!row) return undefined;
    const { sub, login, email, idp, groups } = row;
    return { sub, login, email, idp, groups, roles: this.roles.rolesOf(groups) };
  }

  async revoke(token: string): Promise<void> {
    await this.rows.update({ tokenSha256: sha256Hex(token), revokedAt: IsNull() }, { revokedAt: this.now() });
  }

  rolesOf(groups: readonly string[]): Identity['roles'] {
    return this.roles.rolesOf(groups);
  }
}
