import { byteClass, skip, skipBack } from '../checks/byte-class.js';
import type { Hit } from '../rule.js';
import { cutText } from './cut-text.js';

/** A value that is given to a name, as positions in the content. */
export interface Assignment {
  nameStart: number;
  nameEnd: number;
  valueStart: number;
  /** The quote around the value; 0 where there is none. */
  quote: number;
}

const NAME = byteClass('A-Za-z0-9_.\\-');
const BLANK = byteClass(' \\t');
const SPACE = byteClass(' \\t\\r\\n');
const CLOSER = byteClass(' \\t"\'`\\])\\\\*');
const OPENER = byteClass(' \\t\\r\\n"\'`\\\\=([{@|$>');
const QUOTE = byteClass('"\'`');
/** `b""`, `f""`, `r""`, `u""`, `L""` of some languages. */
const STRING_MARK = byteClass('bfruL');
const NAME_MOST = 48;
const CLOSERS_MOST = 8;
const OPENERS_MOST = 24;
/** `string`, `: &'static str`: a type between name and value. */
const TYPE_MOST = 40;

const [EQUALS, COLON, COMMA, LESS, GREATER, PAREN, BAR, QUESTION, MINUS, DOT, PLUS] = [...Buffer.from('=:,<>(|?-.+')];

const at = (hit: Hit, position: number): number => (position < hit.to ? (hit.bytes[position] ?? 0) : 0);

const COLONS = byteClass(':');
/** `:=` of make and Go, `::=` of make and grammars, `:::=` of POSIX make. */
const COLONS_MOST = 3;

/** Position after `:` or the `=` behind colons. */
function colonOperator(hit: Hit, position: number): number {
  const end = skip(hit.bytes, COLONS, position, Math.min(hit.to, position + COLONS_MOST));
  return at(hit, end) === EQUALS ? end + 1 : position + 1;
}

/** Position after `=`, `==`, `:`, `:=`, `::=`, `=>`, `||`, `??`, `?=`, `||=`, `.=`, `+=`; -1 where there is no operator. */
function plainOperator(hit: Hit, position: number): number {
  const byte = at(hit, position);
  const next = at(hit, position + 1);
  if (byte === EQUALS) return position + (next === GREATER ? 2 : 1);
  if (byte === COLON) return colonOperator(hit, position);
  if (byte === QUESTION) return next === EQUALS || next === QUESTION ? position + 2 : -1;
  if (byte === DOT || byte === PLUS) return next === EQUALS ? position + 2 : -1;
  if (byte === BAR) return position + (next === BAR ? 2 : 1);
  return -1;
}

const isQuoted = (hit: Hit, from: number, to: number): boolean => {
  for (let position = from; position < to; position++) if (QUOTE[at(hit, position)] === 1) return true;
  return false;
};

/** `name,value` on a line of its own, as in exports of password stores. */
const isRecord = (hit: Hit, nameEnd: number, comma: number): boolean =>
  comma === nameEnd && OPENER[at(hit, comma + 1)] !== 1;

/** `,` and `(` give a value only in a call with literals, `>` only in an element, `<-` in R. */
function otherOperator(hit: Hit, nameEnd: number, position: number): number {
  const byte = at(hit, position);
  const quoted = isQuoted(hit, nameEnd, position);
  if (byte === COMMA) return quoted || isRecord(hit, nameEnd, position) ? position + 1 : -1;
  if (byte === LESS) return at(hit, position + 1) === MINUS ? position + 2 : -1;
  if (byte === GREATER) return quoted || position === nameEnd ? position + 1 : -1;
  if (byte === PAREN) return QUOTE[at(hit, position + 1)] === 1 ? position + 1 : -1;
  return -1;
}

const SETTER_MOST = 16;
/** Commands of Dockerfiles and of shells: bash, csh, fish, Windows. */
const SETTER = /(?:^|[^\w])(?:ENV|env|ARG|SET|set|setx|setenv|set -[a-zA-Z]{1,3}) $/;

/** `--name VALUE`, `ENV NAME VALUE`, `#define NAME "VALUE"`: a blank gives the value. */
function blankOperator(hit: Hit, nameStart: number, nameEnd: number): number {
  if (BLANK[at(hit, nameEnd)] !== 1) return -1;
  const flag = hit.bytes[nameStart] === MINUS && hit.bytes[nameStart + 1] === MINUS;
  const value = skip(hit.bytes, BLANK, nameEnd, Math.min(hit.to, nameEnd + CLOSERS_MOST));
  if (flag || QUOTE[at(hit, value)] === 1) return nameEnd + 1;
  const before = cutText(hit, Math.max(hit.from, nameStart - SETTER_MOST), nameStart);
  return SETTER.test(before) ? nameEnd + 1 : -1;
}

const APART = byteClass(' \\t\\r\\n,');
const PAIR_BEGINS = byteClass('<"\'\\\\vV');
const PAIR_MOST = 40;

/** `name: X, value: Y` of container manifests and `key="X" value="Y"` of XML: the value has a name of its own. */
function valuePair(hit: Hit, nameEnd: number): number {
  const end = skip(hit.bytes, CLOSER, nameEnd, Math.min(hit.to, nameEnd + CLOSERS_MOST));
  if (SPACE[at(hit, end)] !== 1 && SPACE[at(hit, end - 1)] !== 1 && at(hit, end) !== COMMA && at(hit, end) !== LESS)
    return -1;
  const next = skip(hit.bytes, APART, end, Math.min(hit.to, end + PAIR_MOST));
  if (PAIR_BEGINS[at(hit, next)] !== 1) return -1;
  const text = cutText(hit, end, Math.min(hit.to, end + 64));
  const [whole] =
    /^[\s,]{0,40}(?:(?:<\/\w{1,12}>\s{0,30}<)?["'\\]{0,4}[vV]alue["'\\]{0,4}[ \t]{0,4}[:=>]|<\/key>\s{0,30}<string>)/.exec(
      text,
    ) ?? [];
  return whole === undefined ? -1 : end + whole.length;
}

const TYPE_BEGINS = byteClass('&*sS[ac{');

/** `password string = `, `apiKey: string = `, `key: &str = `: skips one type. */
function typed(hit: Hit, position: number): number {
  const limit = Math.min(hit.to, position + TYPE_MOST);
  const blank = skip(hit.bytes, BLANK, position, limit);
  if (TYPE_BEGINS[at(hit, blank)] !== 1) return -1;
  const text = cutText(hit, blank, limit);
  const [whole] =
    /^(?:&?(?:'static )?str|\*?[sS]tring|\[\]byte|any|const|const char ?\*|\{ ?get; ?(?:(?:private|internal) )?(?:set|init); ?\})(?: ?\| ?null)?\??[ \t]{0,4}=(?!=)/.exec(
      text,
    ) ?? [];
  return whole === undefined ? -1 : blank + whole.length;
}

function operator(hit: Hit, nameStart: number, nameEnd: number): number {
  const closed = skip(hit.bytes, CLOSER, nameEnd, Math.min(hit.to, nameEnd + CLOSERS_MOST));
  const plain = plainOperator(hit, closed);
  if (plain >= 0) {
    const after = at(hit, closed) === COLON ? typed(hit, plain) : -1;
    return after >= 0 ? after : plain;
  }
  for (const found of [
    valuePair(hit, nameEnd),
    otherOperator(hit, nameEnd, closed),
    blankOperator(hit, nameStart, nameEnd),
  ])
    if (found >= 0) return found;
  return BLANK[at(hit, nameEnd)] === 1 ? typed(hit, nameEnd) : -1;
}

/** Bytes that can follow a name which is given a value; all others end the matter at once. */
const FOLLOWS = byteClass(' \\t\\r\\n"\'`\\])\\\\=:,>(|?<*');

/** Reads what is given to the name that the keyword stands in; `undefined` where nothing is. */
export function readAssignment(hit: Hit): Assignment | undefined {
  const nameEnd = skip(hit.bytes, NAME, hit.end, Math.min(hit.to, hit.end + NAME_MOST));
  if (FOLLOWS[at(hit, nameEnd)] !== 1) return undefined;
  const nameStart = skipBack(hit.bytes, NAME, hit.start, Math.max(hit.from, hit.start - NAME_MOST));
  const after = operator(hit, nameStart, nameEnd);
  if (after < 0) return undefined;
  const opened = skip(hit.bytes, OPENER, after, Math.min(hit.to, after + OPENERS_MOST));
  const valueStart = STRING_MARK[at(hit, opened)] === 1 && QUOTE[at(hit, opened + 1)] === 1 ? opened + 2 : opened;
  const last = at(hit, valueStart - 1);
  return { nameStart, nameEnd, valueStart, quote: QUOTE[last] === 1 ? last : 0 };
}
