export { caseInput, type CaseExpectation, type PolicyCase } from './policy-case.js';
export type { Cap } from './caps.js';
export type { DecisionInput, DecisionPrincipal, DecisionRepository, RefChange } from './decision-input.js';
export { FINDING_KINDS, knownFindings, type FindingKind } from './finding-kinds.js';
export { diffPolicySets, type Difference, type PolicySetDiff } from './diff-policy-sets.js';
export { generateSchema } from './generate-schema.js';
export { loadPolicySet, loadPolicySetUnindexed } from './load-policy-set.js';
export { localTime, type LocalTime } from './local-time.js';
export { stricterKind } from './obligations.js';
export type {
  AllowOutcome,
  DenyOutcome,
  GateDemand,
  HoldOutcome,
  LeaseKind,
  Obligations,
  PolicyOutcome,
} from './outcome.js';
export { PolicyProblemsError, type PolicyProblem } from './policy-problem.js';
export { versionOf, type PolicySetSource } from './policy-set-source.js';
export type { FactsNeeded, PolicySet } from './policy-set.js';
export { readCases } from './read-case.js';
export { describeFailure, runCases, type CaseResult } from './run-cases.js';
export {
  BALANCED,
  isStarterName,
  starterSet,
  STARTERS,
  type StarterName,
  type StarterNames,
} from './starters/starter-sets.js';
export { noUsage, USAGE_MEASURES, USAGE_WINDOW_MS, type Usage, type UsageMeasure, type UsagePer } from './usage.js';
