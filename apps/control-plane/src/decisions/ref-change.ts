import type { agentV1 } from '@holdshort/contracts';
import { pathClassesOf, type Intent } from '@holdshort/github-operations';
import type { DecisionInput } from '@holdshort/policy';
import type { RepositoryFacts } from '../credentials/repository-facts.service.js';
import type { AskedCall } from './read-request.js';

type RefChange = NonNullable<DecisionInput['push']>;

/**
 * One ref of a push as policy sees it; undefined for intents that carry none (policy derives it from the target).
 * Path classes are worked out here again: the agent's own are added, never trusted to be all.
 */
export function refChangeOf(
  intent: Intent,
  { push, findings }: Pick<AskedCall, 'push' | 'findings'>,
  facts: RepositoryFacts | undefined,
): RefChange | undefined {
  const update = push?.refs.find((ref) => ref.ref === intent.target.ref && `ref.${ref.kind}` === intent.action);
  if (!push || !update) return undefined;
  return {
    ref: update.ref,
    kind: intent.action.slice('ref.'.length) as RefChange['kind'],
    isDefault: facts !== undefined && update.ref === `refs/heads/${facts.defaultBranch}`,
    isProtected: facts?.protectedRefs.includes(update.ref) ?? true,
    commits: update.commits,
    files: update.changedPaths.length,
    bytes: Number(push.packBytes),
    pathClasses: [...new Set([...update.pathClasses, ...pathClassesOf(update.changedPaths)])].sort(),
    secrets: findings.includes('secret') ? 1 : 0,
  };
}

/** Whether any ref or path of the call is a workflow: GitHub asks for a permission of its own then. */
export function touchesWorkflows(intents: readonly Intent[], push: agentV1.PushSummary | undefined): boolean {
  const classes = [
    ...intents.flatMap((intent) => pathClassesOf(intent.target.paths ?? [])),
    ...(push?.refs ?? []).flatMap((ref) => [...ref.pathClasses, ...pathClassesOf(ref.changedPaths)]),
  ];
  return classes.includes('workflow');
}
