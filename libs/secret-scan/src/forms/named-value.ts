import { isGenerated } from '../checks/entropy.js';
import { isPlaceholder, isSequence } from '../checks/placeholder.js';
import type { Severity } from '../finding.js';
import { PRECEDENCE, type Hit, type Match, type Rule } from '../rule.js';
import { readAssignment, type Assignment } from './assignment.js';
import { beginsWith, ending, leadingBytes } from './leading-bytes.js';
import { REVOKE, type Verdict } from './prefixed-token.js';

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
  check?: (value: string, name: string) => Verdict;
  guessable?: boolean;
  like: readonly string[];
  unlike?: readonly string[];
}

const REACH = 256;
/** What makes a name one of a secret, whatever the provider. */
const SECRET_WORD = /key|token|secret|pass|pwd|auth|cred|private|signature|pat\b|_pat|api/i;
/** A name of something public or of something about a secret. */
const PUBLIC_WORD = /public|key_?id$|client_?id$|app_?id$|hash|sha\d|md5|checksum|digest|commit|revision|fingerprint/i;

const nameOf = (hit: Hit, { nameStart, nameEnd }: Assignment): string => hit.bytes.toString('latin1', nameStart, nameEnd);

function judge(value: string, name: string, check: NamedValue['check']): Verdict {
  if (isPlaceholder(value) || !isGenerated(value)) return 'no';
  const verdict = check?.(value, name) ?? 'ok';
  return verdict === 'ok' && isSequence(value) ? { doubt: 'a run of neighbouring characters, as in examples' } : verdict;
}

/** `datadog: { api_key: ... }`, `datadog.configure(api_key: ...)`: the value's own name follows the provider's. */
const NESTED = /^["'\\]{0,3}([\w-]{0,24}(?:key|token|secret|password|KEY|TOKEN|SECRET|PASSWORD|Key|Token|Secret|Password)[\w-]{0,12})["'\\]{0,3}[ \t]{0,4}[:=][ \t]{0,4}["'\\]{0,3}/;

/** A value whose format is common, but which is given to a name of the provider. */
export function namedValue(rule: NamedValue): Rule {
  const { names, telling = false, reach = REACH, check } = rule;
  const expression = new RegExp(`(?:${rule.value})${ending(rule.value)}`, 'y');
  const leading = leadingBytes(rule.value);

  const valueAt = (hit: Hit, start: number): string | undefined => {
    if (leading && !beginsWith(hit.bytes, start, hit.to, leading)) return undefined;
    expression.lastIndex = 0;
    return expression.exec(hit.bytes.toString('latin1', start, Math.min(hit.to, start + reach)))?.[0];
  };
  const matched = (value: string, start: number, name: string): Match | undefined => {
    if (PUBLIC_WORD.test(name) || (!telling && !SECRET_WORD.test(name))) return undefined;
    const verdict = judge(value, name, check);
    return verdict === 'no' ? undefined : { start, end: start + value.length, shown: 0, ...(verdict === 'ok' ? {} : verdict) };
  };
  const find = (hit: Hit): Match | undefined => {
    const given = readAssignment(hit);
    if (!given) return undefined;
    const value = valueAt(hit, given.valueStart);
    if (value !== undefined) return matched(value, given.valueStart, nameOf(hit, given));
    const text = hit.bytes.toString('latin1', given.valueStart, Math.min(hit.to, given.valueStart + 64));
    const [skipped, name = ''] = NESTED.exec(text) ?? [];
    if (skipped === undefined) return undefined;
    const nested = valueAt(hit, given.valueStart + skipped.length);
    return nested === undefined ? undefined : matched(nested, given.valueStart + skipped.length, name);
  };
  return {
    id: rule.id,
    title: rule.title,
    severity: rule.severity ?? 'block',
    kind: 'secret',
    advice: rule.advice ?? REVOKE,
    keywords: names,
    expressions: [expression],
    precedence: PRECEDENCE.named,
    guessable: rule.guessable ?? false,
    where: 'anywhere',
    examples: { like: rule.like, unlike: rule.unlike ?? [] },
    find,
  };
}
