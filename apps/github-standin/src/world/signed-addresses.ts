import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const LIFE_SECONDS = 300;

/** Addresses that are their own credential, as GitHub's storage has them: one method, host and path, for five minutes. */
export class SignedAddresses {
  readonly #key = randomBytes(32);

  #signature(method: string, host: string, path: string, until: string): string {
    return createHmac('sha256', this.#key).update([method, host, path, until].join('\n')).digest('hex');
  }

  #token(method: string, host: string, path: string): string {
    const until = String(Math.floor(Date.now() / 1000) + LIFE_SECONDS);
    return `${until}.${this.#signature(method, host, path, until)}`;
  }

  /** In the style of S3: `X-Amz-Signature`. */
  storage(method: 'GET' | 'PUT', host: string, path: string): string {
    return `https://${host}${path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=300&X-Amz-Signature=${this.#token(method, host, path)}`;
  }

  /** In the style of codeload and raw: `?token=`. */
  file(host: string, path: string): string {
    return `https://${host}${path}?token=${this.#token('GET', host, path)}`;
  }

  /** The value of a `RemoteAuth` header, which LFS verification wants. */
  header(method: string, host: string, path: string): string {
    return `RemoteAuth ${this.#token(method, host, path)}`;
  }

  isGood(token: string, method: string, host: string, path: string): boolean {
    const [until = '', signature = ''] = token.split('.');
    if (Number(until) * 1000 < Date.now()) return false;
    const expected = Buffer.from(this.#signature(method, host, path, until));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  /** Whether the address itself lets the request through. */
  opens({ method, host, url }: { method: string; host: string; url: URL }): boolean {
    const token = url.searchParams.get('X-Amz-Signature') ?? url.searchParams.get('token') ?? '';
    return this.isGood(token, method === 'HEAD' ? 'GET' : method, host, url.pathname);
  }
}
