import type { agentV1 } from '@holdshort/contracts';
import { pathClassesOf } from '@holdshort/github-operations';
import type { Plain } from '../database/plain.js';
import type { DecisionEntity } from './decision.entity.js';
import type { CallFacts } from './judge-policies.js';
import type { Judgement } from './judgement.js';
import { targetName } from './resolve-hold.js';
import { storable, storableText } from './storable.js';

/** One question of one agent, with what became known of it. */
export interface Asked {
  id: string;
  agentId: string;
  request: agentV1.DecideRequest;
  /** Known once session and targets are. */
  facts: CallFacts | undefined;
}

/** Longer lists of paths are cut: enough to simulate a policy, not a copy of the push. */
const PATH_LIMIT = 1_000;

/** The decision as it is kept, with all that a simulation of another policy needs. Carries no credential. */
export function decisionRow(asked: Asked, judgement: Judgement, at: Date): Plain<DecisionEntity> {
  const { request, facts } = asked;
  return {
    id: asked.id,
    sessionId: storableText(request.sessionId),
    agentId: asked.agentId,
    correlationId: storableText(request.correlationId),
    surface: storableText(request.operation?.surface ?? ''),
    operation: storableText(request.operation?.operationId ?? ''),
    target: facts ? targetName(facts.targets) : '',
    digest: storableText(request.digest),
    effect: judgement.effect,
    wouldEffect: judgement.observed ?? null,
    policies: judgement.policies,
    policyVersion: judgement.policyVersion,
    reasonCodes: judgement.reasons,
    dryRun: request.dryRun,
    decidedAt: at,
    request: storable(requestSlice(asked)) as object,
  };
}

/** What the control plane knew beside the call. */
const keptFacts = (facts: CallFacts | undefined): object => ({
  tainted: facts?.tainted ?? false,
  break_glass: facts?.breakGlass ?? false,
  usage: facts?.usage ?? null,
  gates: facts?.gatesOpen ?? [],
});

function requestSlice({ request, facts }: Asked): object {
  return {
    operation: facts?.call.operation ?? request.operation ?? null,
    push: request.push ? { ...request.push, refs: request.push.refs.map(shorten) } : null,
    principal: facts
      ? {
          login: facts.session.humanLogin,
          groups: facts.session.humanGroups,
          assistant: facts.session.assistant,
          human: facts.session.isHuman,
          sub: facts.session.humanSub,
        }
      : null,
    targets:
      facts?.targets.map(({ intent, site, repository }) => ({ intent, site, repository: repository ?? null })) ?? [],
    ...keptFacts(facts),
    findings: facts?.call.findings ?? [],
    at: facts?.now.toISOString() ?? null,
  };
}

/** What the paths that are cut off would have told is told beside them: their number and their classes. */
const shorten = (ref: agentV1.RefUpdate): agentV1.RefUpdate & { files: number } => ({
  ...ref,
  files: ref.changedPaths.length,
  pathClasses: [...new Set([...ref.pathClasses, ...pathClassesOf(ref.changedPaths)])].sort(),
  changedPaths: ref.changedPaths.slice(0, PATH_LIMIT),
});
