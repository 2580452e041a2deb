import { byteClass, skip } from '../checks/byte-class.js';
import { isStandIn } from '../checks/placeholder.js';
import type { Hit, Match } from '../rule.js';
import { cutText } from './cut-text.js';

/** Ends at a semicolon, blank or quote. */
const VALUE = byteClass('!#-&(-:<-_a-~');
const MOST = 128;
const LEAST = 6;
const NEAR = 256;
/** What it costs to look for the other parts; see `KeywordScan`. */
const JUDGEMENT = 3072;
/** Another part of a connection string on the same line. */
const BESIDE =
  /(?:server|data source|host|hostaddr|addr|address|uid|user id|userid|user|username|database|initial catalog|dbname|endpoint|accountendpoint) ?= ?[^\s;'"]/i;

/** `Password=...` among the other parts of an ADO, ODBC, JDBC or libpq connection string. */
export function connectionPassword(hit: Hit): Match | undefined {
  const end = skip(hit.bytes, VALUE, hit.end, Math.min(hit.to, hit.end + MOST + 1));
  if (end - hit.end < LEAST || end - hit.end > MOST) return undefined;
  const value = cutText(hit, hit.end, end);
  if (isStandIn(value) || !/\d/.test(value) || !/[A-Za-z]/.test(value) || /[()[\]{}<>]|^\$|^%/.test(value))
    return undefined;
  hit.work += JUDGEMENT;
  const before =
    cutText(hit, Math.max(hit.from, hit.start - NEAR), hit.start)
      .split('\n')
      .at(-1) ?? '';
  const [after = ''] = cutText(hit, end, Math.min(hit.to, end + NEAR)).split('\n', 1);
  return BESIDE.test(before) || BESIDE.test(after) ? { start: hit.end, end, shown: 0 } : undefined;
}
