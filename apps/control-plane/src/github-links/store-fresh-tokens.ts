import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@holdshort/telemetry';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK, type Clock } from '../clock.js';
import type { UserTokens } from '../credentials/user-tokens-answer.js';
import { LOGGER } from '../logger.js';
import { SEALED_TEXT, type SealedText } from '../secrets/sealed-text.js';
import type { GithubLink } from './github-link.js';
import { GithubLinkEntity } from './github-link.entity.js';

const TRIES = 10;
const PAUSE_MS = 1_000;

/** A pair of tokens that GitHub has just given, for the row whose pair it killed. */
export interface FreshTokens {
  row: GithubLink;
  tokens: UserTokens;
}

/** Stores new pairs of tokens in the place of dead ones. */
@Injectable()
export class StoreFreshTokens {
  constructor(
    private readonly database: DataSource,
    @Inject(SEALED_TEXT) private readonly sealed: SealedText,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Nothing where the row has another pair already, or is gone. */
  async store(manager: EntityManager, { row, tokens }: FreshTokens): Promise<void> {
    const { id, refreshes } = row;
    const sealedAccess = await this.sealed.seal(tokens.access);
    const sealedRefresh = await this.sealed.seal(tokens.refresh);
    const { accessExpiresAt, refreshExpiresAt } = tokens;
    const pair = { sealedAccess, sealedRefresh, accessExpiresAt, refreshExpiresAt };
    // whoever asked with the dead pair meanwhile may have called the link broken
    const state = { refreshes: refreshes + 1, refreshedAt: this.now(), brokenAt: null, brokenReason: null };
    await manager.getRepository(GithubLinkEntity).update({ id, refreshes }, { ...pair, ...state });
  }

  /**
   * After a transaction that failed with a new pair in hand: the old one is dead at GitHub, so the new one must not be
   * lost to a fault of the database that passes.
   */
  async rescue(fresh: FreshTokens, failure: unknown): Promise<void> {
    this.logger.error({ err: failure, link_id: fresh.row.id }, 'new tokens of a link were not stored; trying again');
    for (let left = TRIES; ; left -= 1) {
      await delay(PAUSE_MS);
      try {
        await this.store(this.database.manager, fresh);
        return;
      } catch (error) {
        if (left <= 1) throw error;
      }
    }
  }
}
