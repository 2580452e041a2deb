import { isPlaceholder } from '../checks/placeholder.js';
import type { Hit, Match } from '../rule.js';
import { cutText } from './cut-text.js';
import { isPasswordLike } from './password-like.js';

const REACH = 640;
/** What it costs to judge a value; see `KeywordScan`. */
const JUDGEMENT = 1024;
/** What stands between the header's name and its value, a scheme that takes a token as it is, and the token (RFC 9110, 11.4). */
const HEADER =
  /["'`\]]{0,2}\s{0,3}[:=,]\s{0,3}["'`]?\s{0,3}(?:(?:bearer|token|api-?token|api-?key|sso-key)\s{1,3})?([\w.~+/@:-]{16,512}={0,2})(?![\w.~+/@:-])/iy;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** OpenShift puts the kind of its digest in front of the token. */
const MARK = /^sha256~/;

const isToken = (value: string): boolean =>
  UUID.test(value) ? !isPlaceholder(value) : isPasswordLike(value.replace(MARK, ''), true);

/** The credential of an `Authorization` header that is written out. */
export function authorizationValue(hit: Hit): Match | undefined {
  HEADER.lastIndex = 0;
  const [whole, value = ''] = HEADER.exec(cutText(hit, hit.end, Math.min(hit.to, hit.end + REACH))) ?? [];
  if (whole === undefined) return undefined;
  hit.work += JUDGEMENT;
  if (!isToken(value)) return undefined;
  const end = hit.end + whole.length;
  return { start: end - value.length, end, shown: 0 };
}
