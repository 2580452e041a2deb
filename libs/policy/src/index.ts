export { BALANCED } from './balanced.js';
export type { DecisionInput, DecisionPrincipal, DecisionRepository, RefChange } from './decision-input.js';
export { FINDING_KINDS, knownFindings, type FindingKind } from './finding-kinds.js';
export { generateSchema } from './generate-schema.js';
export { loadPolicySet, type PolicySetSource } from './load-policy-set.js';
export type { AllowOutcome, DenyOutcome, GateDemand, HoldOutcome, Obligations, PolicyOutcome } from './outcome.js';
export type { PolicySet } from './policy-set.js';
