import type { DecisionInput, PolicySet } from '@holdshort/policy';
import type { Session } from '../sessions/session.js';
import { combineOutcomes, type Verdict } from './combine-outcomes.js';
import type { AskedCall } from './read-request.js';
import { refChangeOf } from './ref-change.js';
import type { ResolvedIntent } from './resolve-targets.js';

/** Everything that a policy may look at for one call. */
export interface CallFacts {
  call: AskedCall;
  session: Session;
  targets: readonly ResolvedIntent[];
  now: Date;
}

/** Asks the policy about each intent of the call and puts the answers together. */
export const judgePolicies = (set: PolicySet, facts: CallFacts, gatesOpen: string[]): Verdict =>
  combineOutcomes(facts.targets.map((target) => set.decide(inputOf(facts, target, gatesOpen))));

function inputOf(
  { call, session, now }: CallFacts,
  { intent, repository }: ResolvedIntent,
  gatesOpen: string[],
): DecisionInput {
  const push = refChangeOf(intent, call.push, repository);
  return {
    principal: principalOf(session),
    intent,
    surface: call.operation.surface,
    operation: call.operation.id,
    method: call.operation.method,
    ...(repository ? { repository } : {}),
    ...(push ? { push } : {}),
    findings: call.findings,
    session: { id: session.id, humanPresent: session.isHuman },
    now,
    gatesOpen,
  };
}

export const principalOf = (session: Session): DecisionInput['principal'] => ({
  kind: session.isHuman ? 'human' : 'assistant',
  id: session.id,
  login: session.humanLogin,
  sub: session.humanSub,
  groups: session.humanGroups,
  ...(session.assistant === '' ? {} : { tool: session.assistant }),
});
