import type { DecisionInput, PolicySet, Usage, UsagePer } from '@holdshort/policy';
import { GITHUB_COM, nameAt } from '../credentials/site-name.js';
import type { Session } from '../sessions/session.js';
import { combineOutcomes, type Verdict } from './combine-outcomes.js';
import type { AskedCall } from './read-request.js';
import { refChangeOf } from './ref-change.js';
import type { ResolvedIntent } from './resolve-targets.js';

/** What is known of a call beside its targets, as far as policy may look at it. */
export interface JudgedFacts {
  call: Pick<AskedCall, 'operation' | 'push' | 'findings'>;
  session: Pick<Session, 'id' | 'isHuman' | 'humanLogin' | 'humanSub' | 'humanGroups' | 'assistant'>;
  now: Date;
  /** Added where a policy looks at them; see judge-call.ts. */
  tainted?: boolean;
  breakGlass?: boolean;
  usage?: Record<UsagePer, Usage>;
  gatesOpen?: string[];
}

/** Everything that a policy may look at for one call, and what the call itself needs. */
export interface CallFacts extends JudgedFacts {
  call: AskedCall;
  session: Session;
  targets: readonly ResolvedIntent[];
}

/** Asks the policy about each intent of the call and puts the answers together. */
export const judgePolicies = (set: PolicySet, facts: CallFacts): Verdict =>
  combineOutcomes(facts.targets.map((target) => set.decide(inputOf(facts, target))));

/** One intent of the call as the policy is asked about it. */
export function inputOf(facts: JudgedFacts, target: ResolvedIntent): DecisionInput {
  const { call, session, now, usage } = facts;
  const { intent, repository } = atSite(target);
  const push = refChangeOf(intent, call, repository);
  return {
    principal: principalOf(session),
    intent,
    surface: call.operation.surface,
    operation: call.operation.id,
    method: call.operation.method,
    ...(repository ? { repository } : {}),
    ...(push ? { push } : {}),
    findings: call.findings,
    session: {
      id: session.id,
      humanPresent: session.isHuman,
      tainted: facts.tainted ?? false,
      breakGlass: facts.breakGlass ?? false,
    },
    ...(usage ? { usage } : {}),
    now,
    gatesOpen: facts.gatesOpen ?? [],
  };
}

export const principalOf = (session: JudgedFacts['session']): DecisionInput['principal'] => ({
  kind: session.isHuman ? 'human' : 'assistant',
  id: session.id,
  login: session.humanLogin,
  sub: session.humanSub,
  groups: session.humanGroups,
  ...(session.assistant === '' ? {} : { tool: session.assistant }),
});

/** Owners elsewhere than at github.com are named with their GitHub: a policy on `acme` says nothing of its namesake. */
function atSite(target: ResolvedIntent): ResolvedIntent {
  const { intent, repository, site = GITHUB_COM } = target;
  const owner = intent.target.owner;
  return {
    ...target,
    intent: owner === undefined ? intent : { ...intent, target: { ...intent.target, owner: nameAt(site, owner) } },
    repository: repository && { ...repository, owner: nameAt(site, repository.owner) },
  };
}
