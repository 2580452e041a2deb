/** Where a sign-in ends when nobody asked for another place. */
export const ACCOUNT_PATH = '/account';

/** One slash at the start, no backslash (browsers read it as a slash), nothing that a header or an eye stumbles over. */
const LOCAL_PATH = /^\/(?!\/)[\x21-\x5b\x5d-\x7e]{0,1999}$/;

/** A path on this server; whatever leads elsewhere becomes the account page. */
export function safeReturnTo(wanted: unknown): string {
  if (typeof wanted !== 'string' || !LOCAL_PATH.test(wanted)) return ACCOUNT_PATH;
  const base = 'https://holdshort.invalid';
  const url = URL.canParse(wanted, base) ? new URL(wanted, base) : undefined;
  if (url?.origin !== base || url.pathname.startsWith('//')) return ACCOUNT_PATH;
  return `${url.pathname}${url.search}${url.hash}`;
}
