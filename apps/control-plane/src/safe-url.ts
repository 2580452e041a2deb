const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

export const URL_SETTING = 'must be an https URL.';

/** Evidence and keys travel by TLS only; on loopback nobody listens in. */
export function isSafeUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
}
