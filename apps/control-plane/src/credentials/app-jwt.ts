import type { Clock } from '../clock.js';
import type { AppSigner } from './app-signer.js';

/** GitHub allows 10 min and refuses a clock ahead of its own: a minute back, nine forward. */
const BACK_S = 60;
const LIFE_S = 540;
/** One signature serves this long, so that a key in KMS is not asked for each call; what is left of it is 4 min. */
const REUSE_MS = 5 * 60_000;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The token by which a GitHub App proves itself: RS256, issued by its id or client id (RFC 7515, compact form). */
export class AppJwt {
  private current: { at: number; jwt: Promise<string> } | undefined;

  constructor(
    private readonly issuer: string,
    private readonly signer: AppSigner,
    private readonly now: Clock,
  ) {}

  /** @throws HoldshortError `lease_unavailable` where the signer does not sign */
  get(): Promise<string> {
    const at = this.now().getTime();
    // a clock that was set back since would make the token one of the future
    const isFresh = this.current !== undefined && at >= this.current.at && at < this.current.at + REUSE_MS;
    return isFresh && this.current ? this.current.jwt : this.renew(at);
  }

  private renew(at: number): Promise<string> {
    const made = { at, jwt: this.make(Math.floor(at / 1000)) };
    this.current = made;
    made.jwt.catch(() => {
      if (this.current === made) this.current = undefined;
    });
    return made.jwt;
  }

  private async make(seconds: number): Promise<string> {
    const claims = { iss: this.issuer, iat: seconds - BACK_S, exp: seconds + LIFE_S };
    const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
    return `${signed}.${(await this.signer.sign(Buffer.from(signed))).toString('base64url')}`;
  }
}
