import type { PolicyOutcome } from './outcome.js';
import { caseInput, type CaseExpectation, type PolicyCase } from './policy-case.js';
import type { PolicySet } from './policy-set.js';

export interface CaseResult {
  name: string;
  passed: boolean;
  expected: CaseExpectation;
  got: { effect: PolicyOutcome['effect']; policies: string[]; reasons: string[]; observed?: 'deny' | 'hold' };
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());

function runCase(set: PolicySet, asked: PolicyCase): CaseResult {
  const outcome = set.decide(caseInput(asked));
  const observed = outcome.effect === 'allow' ? outcome.observed : undefined;
  const { expect: expected, name } = asked;
  return {
    name,
    passed:
      outcome.effect === expected.effect &&
      observed === expected.observed &&
      (expected.policies === undefined || sameList(expected.policies, outcome.policies)),
    expected,
    got: {
      effect: outcome.effect,
      policies: outcome.policies,
      reasons: outcome.reasons,
      ...(observed === undefined ? {} : { observed }),
    },
  };
}

/** Asks the set every question of its cases. */
export const runCases = (set: PolicySet, cases: readonly PolicyCase[]): CaseResult[] =>
  cases.map((asked) => runCase(set, asked));

/** One line that tells what was expected and what came. */
export function describeFailure({ name, expected, got }: CaseResult): string {
  const by = (policies: readonly string[] | undefined): string =>
    policies === undefined || policies.length === 0 ? '' : ` by ${policies.join(', ')}`;
  const would = (observed: string | undefined): string => (observed === undefined ? '' : ` (observed ${observed})`);
  return `${name}: expected ${expected.effect}${would(expected.observed)}${by(expected.policies)}, got ${got.effect}${would(got.observed)}${by(got.policies)} (${got.reasons.join(', ')})`;
}
