import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, IsNull, MoreThan, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../../audit/control-plane-audit.js';
import { CLOCK, secondsLater, type Clock } from '../../clock.js';
import type { Plain } from '../../database/plain.js';
import { pageOf, readCursor, type Page } from '../../page.js';
import { newId, randomBase62, sha256Hex } from '../../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../../settings.js';
import { hasAnyRole, isSamePerson, type Identity, type PersonKey } from '../identity.js';
import { ApiTokenEntity } from './api-token.entity.js';

/** How personal API tokens begin, so that scanners for secrets know them. */
export const API_TOKEN_PREFIX = 'hsp_';
/** Enough for every machine of a person; a script in a loop stops here. */
const MAX_LIVE = 50;
const DAY_S = 86_400;
/** `last_used_at` is for people who look for forgotten tokens: a minute is exact enough. */
const USED_SECONDS = 60;

export type ApiToken = Plain<ApiTokenEntity>;

export interface NewToken {
  name: string;
  scopes: readonly string[];
  days: number;
}

/** Personal API tokens: hashed, scoped, expiring, revocable. Worth what their person may do at the moment, at most. */
@Injectable()
export class ApiTokens {
  private readonly rows: Repository<ApiTokenEntity>;

  constructor(
    database: DataSource,
    private readonly audit: ControlPlaneAudit,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(ApiTokenEntity);
  }

  /** @returns the token, shown once */
  async create(owner: Identity, wanted: NewToken, correlationId: string): Promise<{ token: string; row: ApiToken }> {
    if (wanted.days > this.settings.apiTokenDays)
      throw new HoldshortError(
        'request_malformed',
        `A token lives ${String(this.settings.apiTokenDays)} days at most.`,
      );
    await this.refuseTooMany(owner);
    const token = `${API_TOKEN_PREFIX}${randomBase62(40)}`;
    const row = this.newRow(owner, wanted, token);
    await this.rows.insert(row);
    await this.record('auth.token_created', owner, row, correlationId);
    return { token, row };
  }

  /** Newest first; one's own, also those that are over. */
  async list(owner: PersonKey, query: { limit: number; cursor: string | undefined }): Promise<Page<ApiToken>> {
    const rows = this.rows
      .createQueryBuilder('t')
      .where('t.idp = :idp AND t.sub = :sub', { idp: owner.idp, sub: owner.sub })
      .orderBy('t.created_at', 'DESC')
      .addOrderBy('t.id', 'DESC');
    const after = readCursor(query.cursor);
    if (after) rows.andWhere('(t.created_at, t.id) < (:at, :id)', after);
    return pageOf(await rows.limit(query.limit + 1).getMany(), query.limit, (row) => ({
      at: row.createdAt,
      id: row.id,
    }));
  }

  /** One's own; an administrator anybody's. @throws HoldshortError `not_found`, also for somebody else's */
  async revoke(caller: Identity, id: string, correlationId: string): Promise<void> {
    const row = await this.rows.findOneBy({ id });
    if (!row || !(isSamePerson(caller, row) || hasAnyRole(caller, 'admin')))
      throw new HoldshortError('not_found', 'There is no such token.');
    const { affected } = await this.rows.update({ id, revokedAt: IsNull() }, { revokedAt: this.now() });
    if (affected === 1) await this.record('auth.token_revoked', caller, row, correlationId);
  }

  /** @returns undefined for a token that is unknown, expired or revoked */
  async find(token: string): Promise<{ owner: PersonKey; scopes: readonly string[] } | undefined> {
    const now = this.now();
    const row = await this.rows.findOneBy({
      tokenSha256: sha256Hex(token),
      revokedAt: IsNull(),
      expiresAt: MoreThan(now),
    });
    if (!row) return undefined;
    if (row.lastUsedAt === null || row.lastUsedAt <= secondsLater(now, -USED_SECONDS))
      await this.rows.update({ id: row.id }, { lastUsedAt: now });
    return { owner: { idp: row.idp, sub: row.sub }, scopes: row.scopes };
  }

  private async refuseTooMany({ idp, sub }: PersonKey): Promise<void> {
    const live = await this.rows.countBy({ idp, sub, revokedAt: IsNull(), expiresAt: MoreThan(this.now()) });
    if (live < MAX_LIVE) return;
    throw new HoldshortError('conflict', `You have ${String(MAX_LIVE)} live tokens.`, {
      advice: 'Revoke one that is no longer used.',
    });
  }

  private newRow({ idp, sub }: PersonKey, { name, scopes, days }: NewToken, token: string): ApiToken {
    const createdAt = this.now();
    return {
      id: newId('tok'),
      tokenSha256: sha256Hex(token),
      ...{ idp, sub, name },
      scopes: [...new Set(scopes)].sort(),
      createdAt,
      expiresAt: secondsLater(createdAt, days * DAY_S),
      lastUsedAt: null,
      revokedAt: null,
    };
  }

  private async record(
    type: 'auth.token_created' | 'auth.token_revoked',
    human: Identity,
    { id, name, scopes, sub }: ApiToken,
    correlationId: string,
  ): Promise<void> {
    await this.audit.record({
      type,
      correlation_id: correlationId,
      human,
      outcome: 'success',
      detail: { token_id: id, name, scopes: scopes.join(' '), owner: sub },
    });
  }
}
