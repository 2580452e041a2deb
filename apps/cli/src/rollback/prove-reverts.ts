import type { GithubReader } from './github-reader.js';
import type { Judged } from './make-plan.js';
import type { RevertRepositories } from './revert-repositories.js';
import type { StepBody, Verdict } from './rollback-plan.js';

type RevertStep = Extract<StepBody, { action: 'revert_by_pull' }>;

/**
 * Each revert is tried before the plan is shown: one that would not apply is no step of it.
 * Nothing is written at GitHub.
 */
export async function proveReverts(
  judged: readonly Judged[],
  github: GithubReader,
  repositories: RevertRepositories,
): Promise<Judged[]> {
  const proven: Judged[] = [];
  for (const { effects, verdict } of judged) {
    const isRevert = 'step' in verdict && verdict.step.action === 'revert_by_pull';
    const kept = isRevert ? await whyNot(verdict.step as RevertStep, github, repositories) : undefined;
    proven.push({ effects, verdict: kept === undefined ? verdict : ({ kept } satisfies Verdict) });
  }
  return proven;
}

async function whyNot(
  step: RevertStep,
  github: GithubReader,
  repositories: RevertRepositories,
): Promise<string | undefined> {
  if ((await github.refId(step.repo, `refs/heads/${step.branch}`)) !== undefined)
    return `a revert of it is on the branch ${step.branch} already`;
  const reverted = await (await repositories.of(step.repo)).revert({ tip: step.from, segments: step.segments });
  if ('conflicts' in reverted)
    return `others changed the same places since, so it is reverted by hand: ${reverted.conflicts.join(', ')}`;
  return reverted.changes ? undefined : 'nothing of it is left in the branch';
}
