import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan, type Repository } from 'typeorm';
import { CLOCK, secondsLater, type Clock } from '../../clock.js';
import { randomBase62, sha256Hex } from '../../random-id.js';
import { openCode, sealCode } from '../sealed-code.js';
import { LoginAttemptEntity } from './login-attempt.entity.js';

/** Long enough to find a password and a second factor. */
export const ATTEMPT_SECONDS = 600;

/** What one sign-in of one browser is held together by. */
export interface LoginAttempt {
  state: string;
  nonce: string;
  /** PKCE (RFC 7636). */
  verifier: string;
  issuer: string;
  returnTo: string;
}

@Injectable()
export class LoginAttempts {
  private readonly rows: Repository<LoginAttemptEntity>;

  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(LoginAttemptEntity);
  }

  /** @returns the attempt, and the secret that goes into the browser's cookie */
  async begin(issuer: string, returnTo: string): Promise<{ attempt: LoginAttempt; browser: string }> {
    const [state, nonce, verifier, browser] = [43, 43, 64, 43].map(randomBase62) as [string, string, string, string];
    await this.rows.delete({ expiresAt: LessThan(this.now()) });
    await this.rows.insert({
      stateSha256: sha256Hex(state),
      browserSha256: sha256Hex(browser),
      sealedSecrets: sealCode(browser, JSON.stringify({ nonce, verifier })),
      issuer,
      returnTo,
      expiresAt: secondsLater(this.now(), ATTEMPT_SECONDS),
    });
    return { attempt: { state, nonce, verifier, issuer, returnTo }, browser };
  }

  /** Takes the attempt out: once. @returns undefined for an unknown, used or expired state, or another browser */
  async take(state: string, browser: string): Promise<LoginAttempt | undefined> {
    const [row] = await this.database.query<{ sealed_secrets: Buffer; issuer: string; return_to: string }[]>(
      `WITH taken AS (DELETE FROM holdshort.login_attempts
         WHERE state_sha256 = $1 AND browser_sha256 = $2 AND expires_at > $3 RETURNING sealed_secrets, issuer, return_to)
       SELECT * FROM taken`,
      [sha256Hex(state), sha256Hex(browser), this.now()],
    );
    if (!row) return undefined;
    const secrets = JSON.parse(openCode(browser, row.sealed_secrets)) as Pick<LoginAttempt, 'nonce' | 'verifier'>;
    return { ...secrets, state, issuer: row.issuer, returnTo: row.return_to };
  }
}
