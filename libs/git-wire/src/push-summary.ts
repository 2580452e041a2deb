import type { PathClass } from '@holdshort/github-operations';
import { ChangedPaths } from './changed-paths.js';
import type { ChangedPath } from './changed-paths.js';
import { walkNewCommits } from './commit-walk.js';
import type { NewCommits } from './commit-walk.js';
import { unreadable } from './git-protocol-error.js';
import { DEFAULT_SUMMARY_LIMITS, ObjectView } from './object-view.js';
import type { ObjectLookup, SummaryLimits } from './object-view.js';
import type { ObjectType, PackContents } from './pack-contents.js';
import type { PushCommand } from './push-command.js';
import { isZeroId } from './receive-pack-request.js';
import { diffTrees } from './tree-diff.js';

export interface RefChange {
  ref: string;
  oldId: string;
  newId: string;
  /** `force`: the old tip is not an ancestor of the new one, that could not be found out, or an existing tag moves. */
  kind: 'create' | 'update' | 'force' | 'delete';
  /** Commits of the pack that the ref gains. */
  commits: number;
  /**
   * Every path that any new commit changes against any of its parents, and every path that differs between the old tip
   * and the new one. Sorted; at most `limits.paths`.
   */
  changedPaths: ChangedPath[];
  /** Classes of all changed paths, those over the limit included. */
  pathClasses: PathClass[];
  /** `changedPaths` is cut. */
  truncated: boolean;
  /** Some fact could not be established: treat the change as the gravest. */
  unknown: boolean;
}

/**
 * What a push does to each ref, from the pack and, for what it does not hold, from GitHub.
 *
 * @param pack null when all commands delete
 * @throws GitProtocolError `push_unreadable` for malformed commits, trees or tags; `push_too_large` over a limit
 */
export async function summarisePush(
  commands: readonly PushCommand[],
  pack: PackContents | null,
  lookup: ObjectLookup,
  limits: Partial<SummaryLimits> = {},
): Promise<RefChange[]> {
  const view = new ObjectView(pack, lookup, { ...DEFAULT_SUMMARY_LIMITS, ...limits });
  const changes: RefChange[] = [];
  for (const command of commands) changes.push(await summariseRef(view, command));
  return changes;
}

async function summariseRef(view: ObjectView, command: PushCommand): Promise<RefChange> {
  const paths = new ChangedPaths(view.limits.paths);
  if (isZeroId(command.newId)) return refChange(command, 'delete', 0, paths);
  const tip = peel(view.pack, command.newId);
  const oldTip = isZeroId(command.oldId) ? undefined : (peelKnown(view.pack, command.oldId) ?? command.oldId);
  if (tip.type === 'tree' || tip.type === 'blob') return summariseOther(view, command, tip, paths);
  const found = await walkNewCommits(view, tip.id, oldTip);
  await addCommitPaths(view, found, paths);
  const kind =
    oldTip === undefined
      ? await created(view, tip.id, found, paths)
      : await moved(view, { oldTip, tip: tip.id, found, paths });
  return refChange(
    command,
    kind === 'update' && command.ref.startsWith('refs/tags/') ? 'force' : kind,
    found.commits.length,
    paths,
  );
}

async function created(view: ObjectView, tip: string, found: NewCommits, paths: ChangedPaths): Promise<'create'> {
  // Nothing of it is in the pack: at least that GitHub has such a commit must be certain.
  if (found.commits.length === 0 && (await view.commitTree(tip)) === undefined) paths.unknown = true;
  return 'create';
}

interface Move {
  oldTip: string;
  tip: string;
  found: NewCommits;
  paths: ChangedPaths;
}

async function moved(view: ObjectView, { oldTip, tip, found, paths }: Move): Promise<'update' | 'force'> {
  const forward = await isFastForward(view, oldTip, found);
  if (forward === undefined) paths.unknown = true;
  // When the pack hangs on the old tip alone, its commits' own changes include every difference between the tips.
  const hangsOnOld = found.reachesOld && [...found.boundary].every((id) => id === oldTip);
  if (!hangsOnOld) await addTipPaths(view, oldTip, tip, paths);
  return forward === true ? 'update' : 'force';
}

function refChange(command: PushCommand, kind: RefChange['kind'], commits: number, paths: ChangedPaths): RefChange {
  const { truncated, unknown } = paths;
  return {
    ...command,
    kind,
    commits,
    changedPaths: paths.list(),
    pathClasses: [...paths.classes].sort(),
    truncated,
    unknown,
  };
}

interface Tip {
  id: string;
  /** undefined: not in the pack. */
  type: ObjectType | undefined;
}

/** Follows tag objects of the pack; ids make cycles impossible. */
function peel(pack: PackContents | null, id: string): Tip {
  let at = id;
  for (let tag = pack?.tag(at); tag !== undefined; tag = pack?.tag(at)) {
    at = tag.object;
    const type = pack?.type(at);
    if (type !== undefined && type !== tag.type) throw unreadable('a tag names an object of another type');
    if (type === undefined && tag.type !== 'commit' && tag.type !== 'tag') return { id: at, type: 'blob' };
  }
  return { id: at, type: pack?.type(at) };
}

const peelKnown = (pack: PackContents | null, id: string): string | undefined =>
  pack?.has(id) === true ? peel(pack, id).id : undefined;

/** A ref to a tree or a blob: no history to judge it by. */
async function summariseOther(
  view: ObjectView,
  command: PushCommand,
  tip: Tip,
  paths: ChangedPaths,
): Promise<RefChange> {
  if (tip.type === 'tree') await diffTrees(view, null, tip.id, paths);
  paths.unknown = true;
  return refChange(command, isZeroId(command.oldId) ? 'create' : 'force', 0, paths);
}

/** Each new commit against each parent, so that what a merge brings in beside its parents shows. */
async function addCommitPaths(view: ObjectView, found: NewCommits, paths: ChangedPaths): Promise<void> {
  for (const { commit } of found.commits) {
    if (commit.parents.length === 0) await diffTrees(view, null, commit.tree, paths);
    for (const parent of commit.parents) await diffTrees(view, await view.commitTree(parent), commit.tree, paths);
  }
}

async function addTipPaths(view: ObjectView, oldTip: string, newTip: string, paths: ChangedPaths): Promise<void> {
  const [before, after] = [await view.commitTree(oldTip), await view.commitTree(newTip)];
  await diffTrees(view, before, after, paths);
}

/** undefined when nothing proves it and something could not be asked. */
async function isFastForward(view: ObjectView, oldTip: string, found: NewCommits): Promise<boolean | undefined> {
  if (found.reachesOld) return true;
  let known = true;
  for (const id of found.boundary) {
    const answer = await view.isAncestor(oldTip, id);
    if (answer === true) return true;
    known &&= answer === false;
  }
  return known ? false : undefined;
}
