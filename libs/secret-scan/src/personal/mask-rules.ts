import type { NumberRule } from '../engine/number-scan.js';
import { compileRules, type RuleSet } from '../engine/rule-set.js';
import type { MaskedKind } from '../finding.js';
import type { Rule } from '../rule.js';
import { RULES } from '../rules/index.js';
import { PERSONAL_TEXT } from './email.js';
import { NUMBER_RULES } from './numbers.js';

/** Rules made ready for masking. */
export interface MaskRules {
  set: RuleSet<MaskedKind>;
  numbers: readonly NumberRule[];
}

/** What a policy may name beside the id of a single rule: all secrets, all personal data. */
export const DETECTORS = ['secrets', 'personal'] as const;

const KINDS: Readonly<Record<string, string>> = { secret: 'secrets', personal: 'personal' };
const maskable: readonly Rule<MaskedKind>[] = [...RULES.filter(({ kind }) => kind === 'secret'), ...PERSONAL_TEXT];

const isNamed = (names: ReadonlySet<string>, { id, kind }: { id: string; kind: string }): boolean =>
  names.has(id) || names.has(KINDS[kind] ?? '');

const made = new Map<string, MaskRules>();
/** Policies name few combinations; more than this are compiled anew. */
const KEPT = 8;

/** The rules that the names stand for; names that are no detector stand for nothing. */
export function maskRules(detectors: readonly string[]): MaskRules {
  const key = [...new Set(detectors)].sort().join(',');
  const known = made.get(key);
  if (known) return known;
  const names = new Set(detectors);
  const rules = {
    set: compileRules(maskable.filter((rule) => isNamed(names, rule))),
    numbers: NUMBER_RULES.filter((rule) => isNamed(names, rule)),
  };
  if (made.size < KEPT) made.set(key, rules);
  return rules;
}

const KNOWN: ReadonlySet<string> = new Set([...DETECTORS, ...[...maskable, ...NUMBER_RULES].map(({ id }) => id)]);

export const isDetector = (name: string): boolean => KNOWN.has(name);
