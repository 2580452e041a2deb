import type { PolicySet } from '@holdshort/policy';
import type { HeldEffect } from '../approvals/grant-cover.js';
import { judgePolicies, type CallFacts } from './judge-policies.js';
import { repositoryName } from './resolve-targets.js';

/** The intents of a call that policy holds; the others pass by themselves, and no grant needs to speak of them. */
export const heldEffects = (set: PolicySet, facts: CallFacts): HeldEffect[] =>
  facts.targets
    .filter((target) => judgePolicies(set, { ...facts, targets: [target], gatesOpen: [] }).effect === 'hold')
    .map((target) => ({
      action: target.intent.action,
      repo: repositoryName(target) ?? '',
      ref: target.intent.target.ref,
    }));
