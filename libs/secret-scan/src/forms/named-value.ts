import { byteClass, skipBack } from '../checks/byte-class.js';
import { isGenerated } from '../checks/entropy.js';
import { isPlaceholder, isSequence } from '../checks/placeholder.js';
import type { Severity } from '../finding.js';
import { PRECEDENCE, type Hit, type Match, type Rule } from '../rule.js';
import { readAssignment, type Assignment } from './assignment.js';
import { classRun, runFits } from './class-run.js';
import { beginsWith, ending, leadingBytes } from './leading-bytes.js';
import { REVOKE, type Verdict } from './prefixed-token.js';
import { cutText } from './cut-text.js';

export interface NamedValue {
  id: string;
  title: string;
  severity?: Severity;
  advice?: string;
  /** Names that give the value its meaning, lower case: the provider's, or the setting's own. */
  names: readonly string[];
  /** Expression of the value; bounded. */
  value: string;
  /** The names alone say that it is a secret; otherwise `key`, `token`, `secret` or the like must stand in the name too. */
  telling?: boolean;
  reach?: number;
  check?: (value: string, name: string) => Exclude<Verdict, 'proven'>;
  guessable?: boolean;
  precedence?: number;
  like: readonly string[];
  unlike?: readonly string[];
}

const REACH = 256;
/** What it costs to judge a value that has the form; see `KeywordScan`. */
const JUDGEMENT = 2048;
/** What makes a name one of a secret, whatever the provider. */
const SECRET_WORD = /key|token|secret|pass|pwd|auth|cred|private|signature|pat\b|_pat(?![a-z])|api/i;
/** A name of something public or of something about a secret. */
const PUBLIC_WORD =
  /public|key_?id$|(?:client|app)id$|[_.-]id$|hash|sha\d|md5|checksum|digest|commit|revision|fingerprint/i;

const nameOf = (hit: Hit, { nameStart, nameEnd }: Assignment): string => cutText(hit, nameStart, nameEnd);

function judge(value: string, name: string, check: NamedValue['check']): Exclude<Verdict, 'proven'> {
  if (isPlaceholder(value) || !isGenerated(value)) return 'no';
  const verdict = check?.(value, name) ?? 'ok';
  return verdict === 'ok' && isSequence(value)
    ? { doubt: 'a run of neighbouring characters, as in examples' }
    : verdict;
}

/** How far after the provider's name a value with a name of its own may stand: `datadog: { api_key: ... }`, `cohere.Client(api_key=...)`. */
const NEAR = 128;
const TOKEN = byteClass('A-Za-z0-9_+/.\\-');
const RUN_LEAST = 16;
/** What it costs to look for the value's own name; see `KeywordScan`. */
const OWN_NAME_WORK = 4096;
const OWN_NAME =
  /([\w-]{0,32}(?:key|token|secret|password|passwd|auth|_pat|cred)[\w-]{0,16})["'`\]\\]{0,3}\s{0,4}[:=(,]{1,2}\s{0,4}(?:Bearer |Token )?["'`\\]{0,3}$/i;

/**
 * The first long run of token characters after the name, as a position; -1 where there is none near. Looked for from the byte that
 * would be its last: what is no part of it there rules out every beginning before it.
 */
function nearbyRun(hit: Hit): number {
  const limit = Math.min(hit.to, hit.end + NEAR);
  let position = hit.end;
  while (position + RUN_LEAST <= limit) {
    const start = skipBack(hit.bytes, TOKEN, position + RUN_LEAST, position);
    hit.work += position + RUN_LEAST - start;
    if (start === position) return position;
    position = start;
  }
  return -1;
}

/** A value whose format is common, but which is given to a name of the provider. */
export function namedValue(rule: NamedValue): Rule {
  const { names, telling = false, reach = REACH, check } = rule;
  const expression = new RegExp(`(?:${rule.value})${ending(rule.value)}`, 'y');
  const leading = leadingBytes(rule.value);
  const run = classRun(rule.value);

  const valueAt = (hit: Hit, start: number): string | undefined => {
    if (leading && !beginsWith(hit.bytes, start, hit.to, leading)) return undefined;
    const limit = Math.min(hit.to, start + reach);
    if (run && !runFits(hit, start, limit, run)) return undefined;
    expression.lastIndex = 0;
    return expression.exec(cutText(hit, start, limit))?.[0];
  };
  const matched = (hit: Hit, value: string, start: number, name: string): Match | undefined => {
    hit.work += JUDGEMENT;
    if (PUBLIC_WORD.test(name) || (!telling && !SECRET_WORD.test(name))) return undefined;
    const verdict = judge(value, name, check);
    return verdict === 'no'
      ? undefined
      : { start, end: start + value.length, shown: 0, ...(verdict === 'ok' ? {} : verdict) };
  };
  const find = (hit: Hit): Match | undefined => {
    const given = readAssignment(hit);
    const value = given && valueAt(hit, given.valueStart);
    if (given && value !== undefined) return matched(hit, value, given.valueStart, nameOf(hit, given));
    const nearby = nearbyRun(hit);
    const near = nearby < 0 ? undefined : valueAt(hit, nearby);
    if (near === undefined) return undefined;
    hit.work += OWN_NAME_WORK;
    const [, name] = OWN_NAME.exec(cutText(hit, hit.end, nearby)) ?? [];
    return name === undefined ? undefined : matched(hit, near, nearby, name);
  };
  return {
    id: rule.id,
    title: rule.title,
    severity: rule.severity ?? 'block',
    kind: 'secret',
    advice: rule.advice ?? REVOKE,
    keywords: names,
    expressions: [expression],
    precedence: rule.precedence ?? PRECEDENCE.named,
    guessable: rule.guessable ?? false,
    where: 'anywhere',
    examples: { like: rule.like, unlike: rule.unlike ?? [] },
    validation: `name of a secret, form, entropy${check ? ', and a check of its own' : ''}`,
    find,
  };
}
