import { GitHubError } from '../http/github-error.js';
import type { Repository } from './model.js';
import { afterPush } from './pull-state.js';
import { moveRef } from './ref-rules.js';
import type { World } from './world.js';
import { signatureOf, webFlow } from './write-files.js';

export interface Merge {
  /** Short name. */
  base: string;
  /** A branch, a tag or a commit. */
  head: string;
  message: string | undefined;
  /** The caller's token has `workflows: write`. */
  workflows: boolean;
}

/**
 * A branch into another, by a merge commit. @returns its id, null where there is nothing to merge
 * @throws GitHubError 404 for what is not there, 409 for a conflict, and what moving a ref throws
 */
export async function mergeBranch(world: World, repository: Repository, merge: Merge): Promise<string | null> {
  const { git } = repository;
  const [into, from] = [await git.refTarget(`refs/heads/${merge.base}`), await git.commitOf(merge.head)];
  if (!into || !from) throw new GitHubError(404, into ? 'Head does not exist' : 'Base does not exist');
  if (await git.isAncestor(from.id, into.id)) return null;
  const tree = await git.mergedTree(into.id, from.id);
  if (tree === null) throw new GitHubError(409, 'Merge conflict');
  const id = await git.writeCommit(
    tree,
    [into.id, from.id],
    merge.message ?? `Merge ${merge.head} into ${merge.base}`,
    {
      author: signatureOf(world.bot),
      committer: webFlow(),
    },
  );
  await moveRef(repository, { ref: into.ref, old: into.id, next: id, force: false, workflows: merge.workflows });
  await afterPush(world, repository);
  return id;
}
