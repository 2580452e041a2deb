import type { GithubReader } from './github-reader.js';
import type { Judged } from './make-plan.js';
import type { RevertRepositories } from './revert-repositories.js';
import type { RevertStep } from './rollback-plan.js';

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
    const step = 'step' in verdict ? verdict.step : undefined;
    const kept = step?.action === 'revert_by_pull' ? await whyNot(step, github, repositories) : undefined;
    proven.push({ effects, verdict: kept === undefined ? verdict : { kept } });
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
