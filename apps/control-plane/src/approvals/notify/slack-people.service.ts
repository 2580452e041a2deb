import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccessTokensService } from '../../auth/access-tokens.service.js';
import { hasAnyRole, type Identity } from '../../auth/identity.js';
import { CLOCK, type Clock } from '../../clock.js';
import type { SlackApi } from './slack-api.js';

type Signed = Pick<Identity, 'idp' | 'sub' | 'login' | 'email' | 'groups'>;

/** Who somebody at Slack is here. */
@Injectable()
export class SlackPeople {
  constructor(
    private readonly database: DataSource,
    private readonly tokens: AccessTokensService,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /**
   * The one signed-in person with the address that Slack has verified, with the groups of their last sign-in.
   * @returns undefined for bots, guests, unverified addresses, several people of one address, and whoever is no approver
   */
  async find(api: SlackApi, userId: string): Promise<Identity | undefined> {
    const email = await verifiedEmail(api, userId);
    if (email === undefined) return undefined;
    const people = await this.database.query<Signed[]>(
      `SELECT DISTINCT ON (idp, sub) idp, sub, login, email, groups FROM holdshort.access_tokens
       WHERE lower(email) = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY idp, sub, created_at DESC`,
      [email, this.now()],
    );
    const [person, ...others] = people;
    if (!person || others.length > 0) return undefined;
    const identity = { ...person, roles: this.tokens.rolesOf(person.groups) };
    return hasAnyRole(identity, 'approver') ? identity : undefined;
  }
}

/** https://docs.slack.dev/reference/objects/user-object */
async function verifiedEmail(api: SlackApi, userId: string): Promise<string | undefined> {
  const { user } = (await api.call('users.info', { user: userId }, 'form')) as {
    user?: Record<string, unknown> & { profile?: { email?: unknown } };
  };
  const email = user?.profile?.email;
  const isWhole =
    user?.['is_email_confirmed'] === true &&
    ['deleted', 'is_bot', 'is_restricted', 'is_ultra_restricted', 'is_stranger'].every((flag) => user[flag] !== true);
  return isWhole && typeof email === 'string' && email !== '' ? email.toLowerCase() : undefined;
}
