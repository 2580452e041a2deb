import type { FindingKind, MaskedKind } from '../finding.js';
import type { Rule } from '../rule.js';
import type { PathKind } from '../views/path-kind.js';
import { KeywordAutomaton } from './keyword-automaton.js';

/** Rules made ready: one automaton over all their keywords, and for each keyword its length and the rules to ask. */
export interface RuleSet<Kind extends MaskedKind = FindingKind> {
  automaton: KeywordAutomaton;
  lengths: readonly number[];
  rules: readonly (readonly Rule<Kind>[])[];
}

export function compileRules<Kind extends MaskedKind = FindingKind>(rules: readonly Rule<Kind>[]): RuleSet<Kind> {
  const byKeyword = new Map<string, Rule<Kind>[]>();
  for (const rule of rules)
    for (const keyword of rule.keywords) byKeyword.set(keyword, [...(byKeyword.get(keyword) ?? []), rule]);
  const keywords = [...byKeyword.keys()];
  return {
    automaton: new KeywordAutomaton(keywords),
    lengths: keywords.map((keyword) => keyword.length),
    rules: [...byKeyword.values()],
  };
}

/** Source text is asked what any content is, instructions are asked what source is. */
const ASKED: Record<PathKind, readonly Rule['where'][]> = {
  other: ['anywhere'],
  source: ['anywhere', 'source'],
  instructions: ['anywhere', 'source', 'instructions'],
};

/** The rule sets of a list of rules by kind of path, each compiled when first needed. */
export function ruleSets(rules: readonly Rule[]): (kind: PathKind) => RuleSet {
  const made = new Map<PathKind, RuleSet>();
  return (kind) => {
    const known = made.get(kind) ?? compileRules(rules.filter(({ where }) => ASKED[kind].includes(where)));
    made.set(kind, known);
    return known;
  };
}
