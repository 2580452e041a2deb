import { byteClass, skip } from '../checks/byte-class.js';
import { entropy } from '../checks/entropy.js';
import { isSequence, isStandIn } from '../checks/placeholder.js';
import type { Hit, Match } from '../rule.js';
import { readAssignment, type Assignment } from './assignment.js';
import { cutText } from './cut-text.js';

/** Ends an unquoted value. */
const BARE = byteClass('!#-%*-:=?-Z^_a-z|~\\[\\]');
const QUOTED = byteClass(' !-[\\]-~');
const BACKSLASH = 0x5c;
/** What it costs to try the expressions below on a name and a value; see `KeywordScan`. */
const JUDGEMENT = 1024;
const LEAST = 8;
const RANDOM_LEAST = 16;
const MOST = 128;

/** Names about a secret rather than of one; compared with what follows the keyword, or with the whole name. */
const ABOUT =
  /(?:type|names?|field|label|ids?|url|uri|endpoint|path|file|dir|hash(?:ed)?|digest|length|len|size|expir\w{0,8}|expires?_?(?:in|at)|ttl|timeout|count|limit|regexp?|pattern|placeholder|hint|message|msg|error|title|text|description|prefix|suffix|policy|algorithm|algo|method|format|class|style|selector|input|param|header|cookie|salt|version|scheme|provider|source|kind|ref|index|pos|position|start|end|map|set|list|column|attr\w{0,8}|sha\d{0,3}|rotation|manager|store|engine|rule|test|spec|mode|status|state|izer|ize|ization)$/i;
const NOT_SECRET =
  /public|csrf|xsrf|cancel|next_?page|page_?token|continuation|syntax|lexer|parser|keyword|design|color|sort_?key|object_?key|primary_?key|foreign|cache_?key|i18n|locale|translation|integrity|checksum/i;

function valueEnd(hit: Hit, { valueStart, quote }: Assignment): number {
  const limit = Math.min(hit.to, valueStart + MOST + 1);
  if (quote === 0) return skip(hit.bytes, BARE, valueStart, limit);
  let end = valueStart;
  while (end < limit && QUOTED[hit.bytes[end] ?? 0] === 1 && hit.bytes[end] !== quote) end++;
  const isEscaped = hit.bytes[end] === BACKSLASH && hit.bytes[end + 1] === quote;
  return end < limit && (hit.bytes[end] === quote || isEscaped) ? end : -1;
}

const kinds = (value: string): number =>
  [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;

/** Words, paths, calls, versions, dates, selectors: what code gives to names like `token`. */
const CODE =
  /[()\s;]|^[./#@]|:\/\/|\.\w{1,5}$|^[a-z]+(?:[-_.:/][a-z0-9]{1,12}){2,}$|^\d{4}-\d\d|^[\w.-]+\/[\w./-]*$|^[A-Z][A-Z0-9_]+$|^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$|->|\\|=>|&&|\|\||^[\w.-]{1,60}:[\w.-]{1,60}$|^[a-z]{2,}[A-Za-z]*\d{0,2}$|^sha\d|^[\w]+\.[\w.]+$|,.*,|\+\w*\+|^0x|^data:/;

/** camelCase and kebab-case words, with a mark of a grammar before them and at most a number at the end. */
const isWords = (value: string): boolean =>
  /^[?_]{0,2}(?:(?:[A-Z]?[a-z]{2,}|[A-Z][a-z](?![a-z])|[A-Z]{2,4}(?![a-z]))[-_. $]?)+\d{0,4}$/.test(value.slice(0, 64));

/** Names of algorithms (RFC 7518): `A128CBC-HS256`, `ECDH-ES+A256KW`. */
const isAlgorithm = (value: string): boolean =>
  /^(?:(?:A\d{3}(?:CBC|GCM|KW|GCMKW)|ECDH|ES|[HRP]S\d{3}|RSA|OAEP|PBES2)[-+]?){1,4}$/.test(value);

/** A value that is itself called after a secret: `testEd25519PrivateKey`. */
const NAMED_SO = /(?:key|token|secret|password|credentials?|certificate)s?[,;)}\]]{0,4}$/i;

/** Comparisons, negations, optional chains and indexes: what follows an unquoted name in code that was made small. */
const MINIFIED = /\bthis\.|\?\.|\?\?|[!=]==|[=:]!|\[[\w$]{0,20}\]|^[\w$]+\.[\w$.]+[?!]|\?:$/;

/** `options?.secret`, `utils$1.password`, `this.#key`: what unquoted names are given in code. */
const isProperty = (value: string): boolean => /^[\w$]{1,40}(?:\??\.#?[\w$]{1,40}){1,6}[,;]?$/.test(value);

const letterRuns = (value: string): number => value.match(/\d[a-z]|[a-z]\d/gi)?.length ?? 0;

const hasSymbols = (value: string): boolean => /[!@#$%^&*?~+]/.test(value);
const digitsOf = (value: string): number => value.match(/\d/g)?.length ?? 0;
const isMixed = (value: string): boolean => letterRuns(value) >= 2 && digitsOf(value) >= 3;

const classOf = (code: number): number =>
  code >= 0x61 && code <= 0x7a ? 1 : code >= 0x41 && code <= 0x5a ? 2 : code >= 0x30 && code <= 0x39 ? 3 : 0;

/** How often two neighbours are of different kinds, per character: about 0.6 in random text, under 0.4 in names of code. */
function changes(value: string): number {
  let count = 0;
  for (let at = 1; at < value.length; at++)
    if (classOf(value.charCodeAt(at)) !== classOf(value.charCodeAt(at - 1))) count++;
  return count / value.length;
}

/** Random letters of both cases, digits, and the symbols of either base64: no words, so no code or path. */
const isRandom = (value: string): boolean =>
  value.length >= RANDOM_LEAST &&
  /^[\w+/-]{16,128}={0,2}$/.test(value) &&
  /[a-z]/.test(value) &&
  /[A-Z]/.test(value) &&
  changes(value) >= 0.45 &&
  entropy(value) >= 3.4;

/** As a generator makes them: letters and digits in no order, no words between them. */
const isGenerated = (value: string): boolean => isMixed(value) && kinds(value) >= 2 && entropy(value) >= 3;

/** As a person makes them: of three kinds of characters, and no row of the keyboard. */
const isChosen = (value: string): boolean => kinds(value) >= 3 && entropy(value) >= 2.75 && !isSequence(value);

/** Whether a value reads like a password or a generated key rather than like code. */
export function isPasswordLike(value: string, quoted: boolean): boolean {
  if (isStandIn(value)) return false;
  if (isRandom(value)) return true;
  if (isCode(value) || (!quoted && (MINIFIED.test(value) || NAMED_SO.test(value)))) return false;
  return hasSymbols(value) ? isChosen(value) && (digitsOf(value) > 0 || kinds(value) >= 3) : isPlain(value, quoted);
}

/** The same for letters and digits alone. */
function isPlain(value: string, quoted: boolean): boolean {
  if (digitsOf(value) === 0 || (!quoted && !(isMixed(value) && value.length >= 12))) return false;
  return value.length >= 16 ? isGenerated(value) : isChosen(value);
}

/** Nor is it a password when it is shorter or longer than any. */
const isCode = (value: string): boolean =>
  value.length < LEAST ||
  value.length > MOST ||
  CODE.test(value) ||
  isWords(value) ||
  isProperty(value) ||
  isAlgorithm(value);

/** Names whose value is a secret; `key` alone names much else, and `pass` is part of many words. */
const SECRET_NAME =
  /passw|passphrase|pass(?![a-z])|passe?$|secret|token|api[-_.]?key|(?:access|auth|private|encryption|signing|master|client|account|service|app)[-_]?key|credential|pwd|_pat(?![a-z])|bearer|_salt/i;
const KEY_NAME = /(?:[a-z\d]Key|[_.-]key|[A-Z\d]_?KEY)$/;
const KEY_LEAST = 20;

/** Any other key counts only where its value is as long as generated ones, and of nothing but letters, digits and base64. */
const isLongKey = (name: string, value: string): boolean =>
  KEY_NAME.test(name) && value.length >= KEY_LEAST && /^[\w+/-]{20,128}={0,2}$/.test(value) && isMixed(value);

/** `password = "..."` and its like in any language. */
export function passwordLike(hit: Hit): Match | undefined {
  const given = readAssignment(hit);
  if (!given) return undefined;
  const end = valueEnd(hit, given);
  if (end - given.valueStart < LEAST) return undefined;
  hit.work += JUDGEMENT;
  const name = cutText(hit, given.nameStart, given.nameEnd);
  if (ABOUT.test(name) || NOT_SECRET.test(name)) return undefined;
  const value = cutText(hit, given.valueStart, end);
  if (!isPasswordLike(value, given.quote !== 0)) return undefined;
  return SECRET_NAME.test(name) || isLongKey(name, value) ? { start: given.valueStart, end, shown: 0 } : undefined;
}
