import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, type Clock } from '../clock.js';
import { sha256Hex } from '../random-id.js';

/** Remembers tokens that count once, until they would have expired anyway; for all replicas. */
@Injectable()
export class SeenTokens {
  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** @returns false where this `jti` of this issuer was seen before */
  async isFirst(issuer: string, jti: string, expiresAt: Date): Promise<boolean> {
    await this.database.query('DELETE FROM holdshort.seen_tokens WHERE expires_at < $1', [this.now()]);
    const inserted = await this.database.query<unknown[]>(
      `WITH inserted AS (INSERT INTO holdshort.seen_tokens (key_sha256, expires_at) VALUES ($1, $2)
         ON CONFLICT DO NOTHING RETURNING 1) SELECT * FROM inserted`,
      [sha256Hex(JSON.stringify([issuer, jti])), expiresAt],
    );
    return inserted.length === 1;
  }
}
