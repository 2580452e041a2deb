import type { Rule } from '../rule.js';
import { KeywordAutomaton } from './keyword-automaton.js';

/** Rules made ready: one automaton over all their keywords, and for each keyword its length and the rules to ask. */
export interface RuleSet {
  automaton: KeywordAutomaton;
  lengths: readonly number[];
  rules: readonly (readonly Rule[])[];
}

export function compileRules(rules: readonly Rule[]): RuleSet {
  const byKeyword = new Map<string, Rule[]>();
  for (const rule of rules)
    for (const keyword of rule.keywords) byKeyword.set(keyword, [...(byKeyword.get(keyword) ?? []), rule]);
  const keywords = [...byKeyword.keys()];
  return {
    automaton: new KeywordAutomaton(keywords),
    lengths: keywords.map((keyword) => keyword.length),
    rules: [...byKeyword.values()],
  };
}
