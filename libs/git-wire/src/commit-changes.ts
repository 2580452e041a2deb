import type { ChangedPaths } from './changed-paths.js';
import type { Commit } from './git-objects.js';
import type { ObjectView } from './object-view.js';
import type { PackContents } from './pack-contents.js';
import { diffTrees } from './tree-diff.js';

/** Commits whose parents are asked for by one question. */
const AT_ONCE = 256;
/** A ref that gains more commits takes those that an earlier ref of the push gained as they were judged then. */
const SHARE_OVER = 1000;

/** Each new commit against each parent, so that what a merge brings in beside its parents shows. */
export async function addCommitChanges(view: ObjectView, keys: readonly number[], paths: ChangedPaths): Promise<void> {
  const { pack } = view;
  if (pack === null) return;
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const open = keys
      .slice(from, from + AT_ONCE)
      .filter((key) => keys.length <= SHARE_OVER || !absorb(view, key, paths));
    const commits = open.map((key) => [key, commitAt(pack, key)] as const);
    const find = await view.commits(commits.flatMap(([, commit]) => commit.parents));
    for (const [key, commit] of commits) {
      const parents = commit.parents.map((parent) => find(parent)?.commit.tree);
      for (const before of parents.length === 0 ? [null] : parents)
        await diffTrees(view, before, commit.tree, paths.comparison(pack.idAt(key)));
      view.judged.set(key, paths.takeVerdict());
    }
  }
}

function absorb(view: ObjectView, key: number, paths: ChangedPaths): boolean {
  const verdict = view.judged.get(key);
  if (verdict === undefined) return false;
  paths.absorb(verdict);
  return true;
}

function commitAt(pack: PackContents, key: number): Commit {
  const commit = pack.commit(pack.idAt(key));
  if (commit === undefined) throw new RangeError(`no commit at ${key}`);
  return commit;
}
