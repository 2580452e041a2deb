import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { hasAnyRole, type Identity, type PersonKey } from '../../auth/identity.js';
import { PeopleService } from '../../auth/people/people.service.js';
import type { SlackApi } from './slack-api.js';

/** Who somebody at Slack is here. */
@Injectable()
export class SlackPeople {
  constructor(
    private readonly database: DataSource,
    private readonly people: PeopleService,
  ) {}

  /**
   * The one person with the address that Slack has verified, as their identity provider vouches for them today.
   * @returns undefined for bots, guests, unverified addresses, several people of one address, and whoever is no approver
   */
  async find(api: SlackApi, userId: string): Promise<Identity | undefined> {
    const email = await verifiedEmail(api, userId);
    if (email === undefined) return undefined;
    const known = await this.database.query<PersonKey[]>(
      'SELECT idp, sub FROM holdshort.people WHERE lower(email) = $1 AND ended_at IS NULL',
      [email],
    );
    const [person, ...others] = known;
    if (!person || others.length > 0) return undefined;
    const found = await this.people.find(person);
    return found && hasAnyRole(found.identity, 'approver') ? found.identity : undefined;
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
