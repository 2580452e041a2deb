import type { CommitSignatures } from '../git/git-repository.js';
import { GitHubError } from '../http/github-error.js';
import { fullName, type Account, type Repository } from './model.js';
import { closeIssue, syncPull, type Pull } from './pull-state.js';
import { moveRef } from './ref-rules.js';
import type { World } from './world.js';
import { signatureOf, webFlow } from './write-files.js';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface MergeWish {
  method: MergeMethod;
  by: Account;
  title?: string;
  message?: string;
  /** The head that the caller saw. */
  expectedHead?: string;
  workflows: boolean;
}

const conflict = (): GitHubError => new GitHubError(405, 'Pull Request is not mergeable');

async function mergedTree(repository: Repository, base: string, head: string): Promise<string> {
  const tree = await repository.git.mergedTree(base, head);
  if (tree === null) throw conflict();
  return tree;
}

/**
 * The commits of the head again, each on top of the last. `git merge-tree` takes no merge base in git 2.39, so each step
 * merges two throw-away commits with the original's parent as their common one.
 */
async function rebase(repository: Repository, base: string, head: string): Promise<string> {
  const { git } = repository;
  const list = await git.text(['rev-list', '--reverse', '--no-merges', head, `^${base}`]);
  let tip = base;
  for (const id of list.split('\n').filter((line) => line !== '')) {
    const [commit, onto] = [await git.commitOf(id), await git.commitOf(tip)];
    const parent = commit?.parents[0];
    if (!commit || !onto || parent === undefined) throw conflict();
    const by: CommitSignatures = { author: commit.author, committer: webFlow() };
    const ours = await git.writeCommit(onto.tree, [parent], 'onto', by);
    tip = await git.writeCommit(await mergedTree(repository, ours, id), [tip], commit.message, by);
  }
  return tip;
}

const joined = (title: string, body: string | undefined): string => (body ? `${title}\n\n${body}\n` : `${title}\n`);

async function mergeCommit(repository: Repository, issue: Pull, wish: MergeWish): Promise<string> {
  const { baseSha, headSha, head } = issue.pull;
  if (wish.method === 'rebase') return rebase(repository, baseSha, headSha);
  const tree = await mergedTree(repository, baseSha, headSha);
  const by: CommitSignatures = { author: signatureOf(wish.by), committer: webFlow() };
  const number = String(issue.number);
  if (wish.method === 'squash') {
    return repository.git.writeCommit(
      tree,
      [baseSha],
      joined(wish.title ?? `${issue.title} (#${number})`, wish.message),
      by,
    );
  }
  const title = wish.title ?? `Merge pull request #${number} from ${fullName(repository).split('/')[0] ?? ''}/${head}`;
  return repository.git.writeCommit(tree, [baseSha, headSha], joined(title, wish.message ?? issue.title), by);
}

/**
 * Merges by git plumbing and closes the pull request.
 * @returns the commit that the base branch stands at now
 * @throws GitHubError 405 where it cannot be merged, 409 where the head is not the expected one
 */
export async function mergePull(world: World, repository: Repository, issue: Pull, wish: MergeWish): Promise<string> {
  await syncPull(repository, issue);
  if (issue.state !== 'open') throw new GitHubError(405, 'Pull Request is not mergeable');
  if (issue.pull.draft) throw new GitHubError(405, 'Pull Request is still a draft');
  if (wish.expectedHead !== undefined && wish.expectedHead !== issue.pull.headSha) {
    throw new GitHubError(409, 'Head branch was modified. Review and try the merge again.');
  }
  const sha = await mergeCommit(repository, issue, wish);
  const ref = `refs/heads/${issue.pull.base}`;
  await moveRef(repository, {
    ref,
    old: issue.pull.baseSha,
    next: sha,
    force: false,
    workflows: wish.workflows,
    merge: true,
  });
  issue.pull.merged = { sha, by: wish.by, at: new Date().toISOString() };
  closeIssue(world, issue, null);
  repository.pushedAt = new Date().toISOString();
  return sha;
}
