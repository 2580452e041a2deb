import { byteClass, skip } from '../checks/byte-class.js';
import { isStandIn } from '../checks/placeholder.js';
import type { Hit, Match } from '../rule.js';
import { cutText } from './cut-text.js';

/** What may stand between `://` and the host: RFC 3986 userinfo, and what people write there unescaped. */
const USERINFO = byteClass('!#-;=?-Z\\]_a-z~\\\\^\\[{}|%');
const USER = byteClass('A-Za-z0-9._~%+$!{}-');
const MOST = 256;
const [AT, COLON, SLASH] = [...Buffer.from('@:/')];

/** The last `@` before a `/` of the authority; -1 where there is none. */
function lastAt(hit: Hit, from: number): number {
  const limit = skip(hit.bytes, USERINFO, from, Math.min(hit.to, from + MOST));
  let found = -1;
  hit.work += limit - from;
  for (let position = from; position < limit; position++) {
    const byte = hit.bytes[position];
    if (byte === AT) found = position;
    if (byte === SLASH && found >= 0) return found;
  }
  return found;
}

/** The password of `scheme://user:password@host`; the hit is the scheme with its `://`. */
export function urlPassword(hit: Hit): Match | undefined {
  const userEnd = skip(hit.bytes, USER, hit.end, Math.min(hit.to, hit.end + 128));
  if (userEnd >= hit.to || hit.bytes[userEnd] !== COLON) return undefined;
  const start = userEnd + 1;
  const end = lastAt(hit, start);
  if (end < 0 || end - start < 3 || !hostFollows(hit, end + 1)) return undefined;
  const password = cutText(hit, start, end);
  const user = cutText(hit, hit.end, userEnd);
  if (password.includes('/') && !/^[^/]{1,100}\/[^/]{0,100}$/.test(password)) return undefined;
  if (isNoSecret(password, user)) return undefined;
  const match = { start, end, shown: 0 };
  return /^[A-Za-z]{1,9}$/.test(password) ? { ...match, doubt: 'a short word, as in documentation' } : match;
}

const HOST = byteClass('A-Za-z0-9_$[{%<.-');
const hostFollows = (hit: Hit, at: number): boolean => at < hit.to && HOST[hit.bytes[at] ?? 0] === 1;

const ESCAPES = /%[0-9a-f]{2}|[^A-Za-z0-9]/gi;
/** `p@ssword`, `My%20Pass`, `pa%2Fss`: what tests of addresses write to have something to escape. */
const isEscapedWord = (password: string): boolean =>
  /^(?:my|your)?p?a?sse?(?:word)?$/i.test(password.replace(ESCAPES, ''));

/** Numbers are ports; a password like the user is the default of a development image; `x-oauth-basic` is GitHub's filler. */
const isNoSecret = (password: string, user: string): boolean =>
  isStandIn(password) ||
  isEscapedWord(password) ||
  password.toLowerCase() === user.toLowerCase() ||
  /^\d{1,5}(?:$|[/?#])|^x-oauth-basic$|[<>"'`]|^\/|^[A-Z_]{4,40}$|^\{|^\[|^:/.test(password) ||
  /^(?:your|my|the|some)[-_a-z]{0,20}$/i.test(password);
