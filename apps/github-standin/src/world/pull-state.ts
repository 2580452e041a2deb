import type { Issue, PullPart, Repository } from './model.js';
import type { World } from './world.js';

export type Pull = Issue & { pull: PullPart };

export const isPull = (issue: Issue): issue is Pull => issue.pull !== null;

export const pullsOf = (repository: Repository): Pull[] => [...repository.issues.values()].filter(isPull);

/** Takes over where the branches of an open pull request stand now, as GitHub does after a push. */
export async function syncPull(repository: Repository, issue: Pull): Promise<void> {
  if (issue.state !== 'open') return;
  const head = await repository.git.refTarget(`refs/heads/${issue.pull.head}`);
  const base = await repository.git.refTarget(`refs/heads/${issue.pull.base}`);
  if (base) issue.pull.baseSha = base.id;
  if (!head || head.id === issue.pull.headSha) return;
  issue.pull.headSha = head.id;
  issue.updatedAt = new Date().toISOString();
  await repository.git.setRef(`refs/pull/${String(issue.number)}/head`, head.id);
}

export function closeIssue(world: World, issue: Issue, reason: string | null): void {
  issue.state = 'closed';
  issue.stateReason = reason;
  issue.closedAt = new Date().toISOString();
  issue.updatedAt = issue.closedAt;
  issue.closedBy = world.bot;
}

/** A pull request whose head has reached its base is merged, and one whose branch is gone is closed. */
async function settlePull(world: World, repository: Repository, issue: Pull): Promise<void> {
  await syncPull(repository, issue);
  const base = await repository.git.refTarget(`refs/heads/${issue.pull.base}`);
  const head = await repository.git.refTarget(`refs/heads/${issue.pull.head}`);
  if (base && (await repository.git.isAncestor(issue.pull.headSha, base.id))) {
    issue.pull.merged = { sha: base.id, by: world.bot, at: new Date().toISOString() };
    closeIssue(world, issue, null);
  } else if (!head || !base) {
    closeIssue(world, issue, null);
  }
}

/** What GitHub does after refs of a repository have moved. */
export async function afterPush(world: World, repository: Repository): Promise<void> {
  repository.pushedAt = new Date().toISOString();
  for (const issue of pullsOf(repository)) {
    if (issue.state === 'open') await settlePull(world, repository, issue);
  }
}
