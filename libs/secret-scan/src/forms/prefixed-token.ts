import { byteClass, skipBack } from '../checks/byte-class.js';
import { isGenerated } from '../checks/entropy.js';
import { isPlaceholder, isSequence } from '../checks/placeholder.js';
import type { Severity } from '../finding.js';
import { PRECEDENCE, type Hit, type Match, type Rule } from '../rule.js';
import { beginsWord } from './boundary.js';
import { classRun, runFits } from './class-run.js';
import { beginsWith, ending, leadingBytes } from './leading-bytes.js';
import { cutText } from './cut-text.js';

/** `proven` (its checksum holds: it is one wherever it stands, also within a word), `ok`, `no` (not this format), or why it is doubtful. */
export type Verdict = 'proven' | 'ok' | 'no' | { doubt: string };

export interface PrefixedToken {
  id: string;
  title: string;
  severity?: Severity;
  advice?: string;
  /** Literal text that the token begins with (or holds, after `lead`); exact in case. */
  prefix: string | readonly string[];
  /** Expression of what follows the prefix; bounded. */
  body: string;
  /** What comes before the literal text: bytes of the class, so many. */
  lead?: { class: string; min: number; max: number };
  /** The prefix is so distinctive that it may stand within a word. */
  open?: boolean;
  /** Longest token, in bytes. */
  reach?: number;
  /** May look like part of base64 data: must stand apart from its characters. */
  apart?: boolean;
  check?: (token: string) => Verdict;
  precedence?: number;
  like: readonly string[];
  unlike?: readonly string[];
}

/** Longest token of most formats, with room for what must not follow. */
const REACH = 256;

/** What it costs to judge a token that has the form; see `KeywordScan`. */
const JUDGEMENT = 512;

const BASE64 = byteClass('A-Za-z0-9+/');

const escape = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}/-]/g, '\\$&');

const startsWith = (bytes: Uint8Array, at: number, literal: Buffer): boolean => {
  for (let index = 0; index < literal.length; index++) if (bytes[at + index] !== literal[index]) return false;
  return true;
};

function judge(token: string, body: string, check: PrefixedToken['check']): Verdict {
  if (isPlaceholder(body) || !isGenerated(body)) return 'no';
  const verdict = check?.(token) ?? 'ok';
  if (verdict === 'no' || !isSequence(body)) return verdict;
  return verdict === 'ok' || verdict === 'proven'
    ? { doubt: 'a run of neighbouring characters, as in examples' }
    : 'no';
}

/** Where the token of a hit begins; -1 where none can. A format with a check may turn out to be one within a word. */
function beginning({ lead, open = false, check }: PrefixedToken): (hit: Hit) => number {
  const isOpen = open || check !== undefined;
  const { min, max } = lead ?? { min: 0, max: 0 };
  const table = byteClass(lead?.class ?? 'a');
  return (hit) => {
    const start = skipBack(hit.bytes, table, hit.start, Math.max(hit.from, hit.start - max));
    if (hit.start - start < min) return -1;
    return isOpen || beginsWord(hit.bytes, start, hit.from) ? start : -1;
  };
}

/** A token that says by its prefix what it is. */
export function prefixedToken(token: PrefixedToken): Rule {
  const prefixes = typeof token.prefix === 'string' ? [token.prefix] : token.prefix;
  const literals = prefixes.map((prefix) => Buffer.from(prefix, 'latin1'));
  const { lead, reach = REACH, check, apart = false, open = false } = token;
  const before = lead ? `[${lead.class}]{${lead.min},${lead.max}}` : '';
  const expression = new RegExp(
    `${before}(?:${prefixes.map(escape).join('|')})(?:${token.body})${ending(token.body)}`,
    'y',
  );
  const leading = leadingBytes(token.body);
  // a lead may hold the literal once more, and then the body is not where the hit ends
  const run = lead ? undefined : classRun(token.body);
  const begin = beginning(token);

  const literalAt = (hit: Hit): Buffer | undefined =>
    literals.find((each) => each.length === hit.end - hit.start && startsWith(hit.bytes, hit.start, each));
  const isBase64 = (hit: Hit, at: number): boolean => BASE64[hit.bytes[at] ?? 0] === 1;
  const tokenAt = (hit: Hit, start: number): string | undefined => {
    if (apart && isBase64(hit, start - 1)) return undefined;
    const limit = Math.min(hit.to, start + reach);
    if (run && !runFits(hit, hit.end, limit, run)) return undefined;
    expression.lastIndex = 0;
    const [whole] = expression.exec(cutText(hit, start, limit)) ?? [];
    return whole !== undefined && apart && isBase64(hit, start + whole.length) ? undefined : whole;
  };
  const counts = (verdict: Verdict, hit: Hit, start: number): boolean =>
    verdict === 'proven' || (verdict !== 'no' && (open || beginsWord(hit.bytes, start, hit.from)));
  const find = (hit: Hit): Match | undefined => {
    const literal = literalAt(hit);
    if (!literal || (leading && !beginsWith(hit.bytes, hit.end, hit.to, leading))) return undefined;
    const start = begin(hit);
    const whole = start < 0 ? undefined : tokenAt(hit, start);
    if (whole === undefined) return undefined;
    hit.work += JUDGEMENT;
    const shown = lead ? 0 : literal.length;
    const verdict = judge(whole, lead ? whole : whole.slice(shown), check);
    if (!counts(verdict, hit, start)) return undefined;
    return { start, end: start + whole.length, shown, ...(typeof verdict === 'string' ? {} : verdict) };
  };
  return {
    id: token.id,
    title: token.title,
    severity: token.severity ?? 'block',
    kind: 'secret',
    advice: token.advice ?? REVOKE,
    keywords: [...new Set(prefixes.map((prefix) => prefix.toLowerCase()))],
    expressions: [expression],
    precedence: token.precedence ?? PRECEDENCE.prefixed,
    guessable: false,
    where: 'anywhere',
    examples: { like: token.like, unlike: token.unlike ?? [] },
    validation: `form, entropy${check ? ', and a check of its own (checksum, length or marks)' : ''}`,
    find,
  };
}

export const REVOKE =
  'Revoke it at the provider, take it out of every commit of the push, and read it at run time from a secret store.';
