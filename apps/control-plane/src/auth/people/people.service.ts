import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK, type Clock } from '../../clock.js';
import { SessionsService } from '../../sessions/sessions.service.js';
import type { Identity, Person, PersonKey, Role } from '../identity.js';
import { SEALED_TEXT, type SealedText } from '../../secrets/sealed-text.js';
import { BREAK_GLASS_IDP } from '../break-glass/break-glass-idp.js';

/** What the identity provider gave along with a person. */
export interface Word {
  refreshToken?: string | undefined;
  /** After this it is too old to count; null where somebody else watches over the person. */
  goodUntil: Date | null;
}

interface Found extends Person {
  roles: Role[];
  checked_at: Date;
  renewable: boolean;
}

/** People as their providers last vouched for them. */
@Injectable()
export class PeopleService {
  constructor(
    private readonly database: DataSource,
    private readonly sessions: SessionsService,
    @Inject(SEALED_TEXT) private readonly sealed: SealedText,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** @returns undefined for somebody whom no provider vouches for any more */
  async find(key: PersonKey): Promise<{ identity: Identity; checkedAt: Date; renewable: boolean } | undefined> {
    const [row] = await this.database.query<Found[]>(
      `SELECT idp, sub, login, email, groups, checked_at, sealed_refresh_token IS NOT NULL AS renewable,
         ARRAY(SELECT DISTINCT g.role FROM holdshort.role_grants g WHERE g.group_name = ANY(p.groups) ORDER BY 1) AS roles
       FROM holdshort.people p
       WHERE idp = $1 AND sub = $2 AND ended_at IS NULL AND (good_until IS NULL OR good_until > $3)`,
      [key.idp, key.sub, this.now()],
    );
    if (!row) return undefined;
    const { roles, checked_at: checkedAt, renewable, ...person } = row;
    const identity = { ...person, roles: new Set<Role>(row.idp === BREAK_GLASS_IDP ? ['admin'] : roles) };
    return { identity, checkedAt, renewable };
  }

  /** Takes in somebody who has just signed in; sessions that they have open go on with the groups of today. */
  async remember(person: Person, word: Word): Promise<void> {
    const token = word.refreshToken === undefined ? null : await this.sealed.seal(word.refreshToken);
    await this.database.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO holdshort.people AS p (idp, sub, login, email, groups, sealed_refresh_token, checked_at, good_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (idp, sub) DO UPDATE SET login = $3, email = $4, groups = $5,
           sealed_refresh_token = COALESCE($6, p.sealed_refresh_token), checked_at = $7, good_until = $8,
           ended_at = NULL, end_reason = NULL`,
        [person.idp, person.sub, person.login, person.email, person.groups, token, this.now(), word.goodUntil],
      );
      await this.sessions.regroup(manager, person, person.groups);
    });
  }

  /** The provider still vouches for the person, perhaps with another name or other groups. @returns whether groups changed */
  async renew(manager: EntityManager, person: Person, word: Word): Promise<boolean> {
    const token = word.refreshToken === undefined ? null : await this.sealed.seal(word.refreshToken);
    const [before] = await manager.query<{ groups: string[] }[]>(
      'SELECT groups FROM holdshort.people WHERE idp = $1 AND sub = $2 AND ended_at IS NULL FOR UPDATE',
      [person.idp, person.sub],
    );
    if (!before) return false;
    await manager.query(
      `UPDATE holdshort.people SET login = $3, email = $4, groups = $5, good_until = $7,
         sealed_refresh_token = COALESCE($6, sealed_refresh_token) WHERE idp = $1 AND sub = $2`,
      [person.idp, person.sub, person.login, person.email, person.groups, token, word.goodUntil],
    );
    if (isSameGroups(before.groups, person.groups)) return false;
    await this.sessions.regroup(manager, person, person.groups);
    return true;
  }

  /** Those whom their provider no longer vouches for. */
  endedAmong(keys: readonly PersonKey[]): Promise<PersonKey[]> {
    return this.database.query<PersonKey[]>(
      `SELECT DISTINCT p.idp, p.sub FROM holdshort.people p
       JOIN unnest($1::text[], $2::text[]) AS k (idp, sub) ON k.idp = p.idp AND k.sub = p.sub
       WHERE p.ended_at IS NOT NULL`,
      [keys.map(({ idp }) => idp), keys.map(({ sub }) => sub)],
    );
  }

  /** From here on nothing that proves this person's identity works. @returns false where it was so already */
  async end(key: PersonKey, reason: string): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const ended = await manager.query<unknown[]>(
        `WITH ended AS (UPDATE holdshort.people SET ended_at = $3, end_reason = $4, sealed_refresh_token = NULL
           WHERE idp = $1 AND sub = $2 AND ended_at IS NULL RETURNING 1) SELECT * FROM ended`,
        [key.idp, key.sub, this.now(), reason],
      );
      await signOutEverywhere(manager, key, this.now());
      return ended.length === 1;
    });
  }
}

export const isSameGroups = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && new Set([...a, ...b]).size === new Set(a).size;

/** Ends every sign-in of a person: of terminals and of browsers. */
export async function signOutEverywhere(manager: EntityManager, { idp, sub }: PersonKey, now: Date): Promise<void> {
  await manager.query(
    'UPDATE holdshort.access_tokens SET revoked_at = $3 WHERE idp = $1 AND sub = $2 AND revoked_at IS NULL',
    [idp, sub, now],
  );
  await manager.query(
    'UPDATE holdshort.web_sessions SET ended_at = $3 WHERE idp = $1 AND sub = $2 AND ended_at IS NULL',
    [idp, sub, now],
  );
}
