import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan, type Repository } from 'typeorm';
import { CLOCK, secondsLater, type Clock } from '../../clock.js';
import { randomBase62, sha256Hex } from '../../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../../settings.js';
import type { PersonKey } from '../identity.js';
import { openCode, sealCode } from '../sealed-code.js';
import { WebSessionEntity } from './web-session.entity.js';

/** Ended and expired rows are of no use to anybody; the trail has what happened. */
const KEEP_SECONDS = 7 * 86_400;
/** `seen_at` is written this often at most: a console asks several times a second. */
const SEEN_SECONDS = 60;

/** Signed-in browsers. The cookie's value is random, and only its hash is kept. */
@Injectable()
export class WebSessions {
  private readonly rows: Repository<WebSessionEntity>;

  constructor(
    private readonly database: DataSource,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(WebSessionEntity);
  }

  /** Always a new one: an id that the browser brought is never taken over. @returns the cookie's value */
  async open(owner: PersonKey, proof: { idToken: string; sid: string | undefined }): Promise<string> {
    const id = randomBase62(43);
    const createdAt = this.now();
    await this.rows.delete({ expiresAt: LessThan(secondsLater(createdAt, -KEEP_SECONDS)) });
    await this.rows.insert({
      idSha256: sha256Hex(id),
      idp: owner.idp,
      sub: owner.sub,
      idpSid: proof.sid ?? null,
      sealedIdToken: sealCode(id, proof.idToken),
      createdAt,
      seenAt: createdAt,
      expiresAt: secondsLater(createdAt, this.settings.loginSeconds),
      endedAt: null,
    });
    return id;
  }

  /** @returns undefined for one that is unknown, ended, too old or silent for too long */
  async ownerOf(id: string): Promise<PersonKey | undefined> {
    const now = this.now();
    const [row] = await this.database.query<(PersonKey & { seen_at: Date })[]>(
      `SELECT idp, sub, seen_at FROM holdshort.web_sessions
       WHERE id_sha256 = $1 AND ended_at IS NULL AND expires_at > $2 AND seen_at > $3`,
      [sha256Hex(id), now, secondsLater(now, -this.settings.webIdleSeconds)],
    );
    if (!row) return undefined;
    if (row.seen_at <= secondsLater(now, -SEEN_SECONDS))
      await this.rows.update({ idSha256: sha256Hex(id) }, { seenAt: now });
    return { idp: row.idp, sub: row.sub };
  }

  /** @returns the id_token of its sign-in, for the logout at the provider; undefined where it has ended already */
  async end(id: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ sealed_id_token: Buffer }[]>(
      `WITH ended AS (UPDATE holdshort.web_sessions SET ended_at = $2 WHERE id_sha256 = $1 AND ended_at IS NULL
         RETURNING sealed_id_token) SELECT * FROM ended`,
      [sha256Hex(id), this.now()],
    );
    return row && openCode(id, row.sealed_id_token);
  }

  /** Ends what one sign-in at the provider opened. */
  async endBySid(idp: string, sid: string): Promise<void> {
    await this.database.query(
      'UPDATE holdshort.web_sessions SET ended_at = $3 WHERE idp = $1 AND idp_sid = $2 AND ended_at IS NULL',
      [idp, sid, this.now()],
    );
  }
}

/** What a page must send along with a change: it follows from the cookie, which pages of others cannot read. */
export const csrfTokenOf = (sessionId: string): string =>
  createHmac('sha256', sessionId).update('holdshort csrf').digest('base64url');
