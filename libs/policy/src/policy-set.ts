import type { IntentAction } from '@holdshort/github-operations';
import type { PolicyOutcome } from './outcome.js';
import type { UsageMeasure } from './usage.js';
import type { DecisionInput, DecisionPrincipal } from './decision-input.js';

/** A loaded, checked set of policies; immutable, named by its content. */
export interface PolicySet {
  /** `sha256:` and 12 hex digits of the canonical source: what decisions and approvals are bound to. */
  readonly version: string;
  readonly name: string;
  /** Of the schema that the set was checked against; see `loadPolicySet`. */
  readonly schemaHash: string;
  /** Never throws: whatever cannot be judged is denied. */
  decide(input: DecisionInput): PolicyOutcome;
  /** The intents that could be allowed or held for the principal on some target; see couldAllow. */
  possibleActions(who: Pick<DecisionPrincipal, 'kind' | 'id' | 'groups'>): IntentAction[];
  readonly policies: { id: string; title: string; effect: 'permit' | 'deny' | 'hold'; message: string }[];
  /** Which facts can make a difference for an intent; the others need not be looked up. */
  needs(action: IntentAction): FactsNeeded;
  /** Whether any policy looks at how much of it was allowed. */
  counts(measure: UsageMeasure): boolean;
  /** Two questions with one key have the same effect by the same policies: whatever else they differ in is not looked at. */
  questionKey(input: DecisionInput): string;
}

export interface FactsNeeded {
  usage: boolean;
  taint: boolean;
  breakGlass: boolean;
}
