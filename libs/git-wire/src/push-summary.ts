import { ChangedPaths } from './changed-paths.js';
import { addCommitChanges } from './commit-changes.js';
import { walkNewCommits } from './commit-walk.js';
import type { NewCommits } from './commit-walk.js';
import type { ContentPaths } from './content-paths.js';
import { unreadable } from './git-protocol-error.js';
import { mergeBases } from './new-ref-base.js';
import type { ObjectLookup } from './object-lookup.js';
import { DEFAULT_SUMMARY_LIMITS, ObjectView } from './object-view.js';
import type { SummaryLimits } from './object-view.js';
import type { ObjectType, PackContents } from './pack-contents.js';
import type { PushCommand } from './push-command.js';
import { isZeroId } from './receive-pack-request.js';
import type { RefChange } from './ref-change.js';
import { RefSummary } from './ref-summary.js';
import { diffTrees } from './tree-diff.js';

export interface SummaryOptions {
  limits?: Partial<SummaryLimits> | undefined;
  /** Filled with the paths and commits of the new blobs, for `newContents`. */
  contents?: ContentPaths | undefined;
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
  { limits, contents }: SummaryOptions = {},
): Promise<RefChange[]> {
  const view = new ObjectView(pack, lookup, { ...DEFAULT_SUMMARY_LIMITS, ...limits });
  const changes: RefChange[] = [];
  for (const command of commands) changes.push(await summariseRef(view, command, contents));
  return changes;
}

async function summariseRef(view: ObjectView, command: PushCommand, contents?: ContentPaths): Promise<RefChange> {
  const summary = new RefSummary(view, command, new ChangedPaths(view.limits.paths, contents));
  if (isZeroId(command.newId)) return summary.as('delete');
  const tip = await resolve(view, command.newId, summary);
  if (tip.type === 'tree' || tip.type === 'blob') return summariseOther(view, tip, summary);
  const oldTip = isZeroId(command.oldId) ? undefined : await resolveOld(view, command);
  const found = await walkNewCommits(view, tip.id, oldTip);
  await summary.addCommits(found.keys);
  await addCommitChanges(view, found.keys, summary.paths);
  if (oldTip === undefined) {
    await addLanding(view, tip.id, found, summary);
    return summary.as('create');
  }
  const kind = await moved(view, { oldTip, tip: tip.id, found, summary });
  return summary.as(kind === 'update' && summary.isTag ? 'force' : kind);
}

/**
 * A new ref brings, beside the commits of the pack, whatever GitHub has that its default branch does not: a branch at
 * somebody's commit is judged by what it reaches. Nothing more when its commits hang on one commit of that branch.
 */
async function addLanding(view: ObjectView, tip: string, found: NewCommits, { paths }: RefSummary): Promise<void> {
  const boundary = [...found.boundary];
  if (boundary.length === 0) return;
  const defaultTip = await view.defaultTip();
  const bases = typeof defaultTip === 'string' ? await mergeBases(view, boundary, defaultTip) : undefined;
  if (bases === undefined) {
    paths.setUnknown();
    return;
  }
  const hangsOnDefault = boundary.length === 1 && bases[0] === boundary[0];
  if (hangsOnDefault) return;
  for (const base of bases.length === 0 ? [null] : bases) await addTipPaths(view, base, tip, paths);
}

interface Move {
  oldTip: string;
  tip: string;
  found: NewCommits;
  summary: RefSummary;
}

async function moved(view: ObjectView, { oldTip, tip, found, summary }: Move): Promise<'update' | 'force'> {
  const forward = await isFastForward(view, oldTip, found);
  if (forward === undefined) summary.paths.setUnknown();
  // When the pack hangs on the old tip alone, its commits' own changes include every difference between the tips.
  const hangsOnOld = found.reachesOld && [...found.boundary].every((id) => id === oldTip);
  if (!hangsOnOld) await addTipPaths(view, oldTip, tip, summary.paths);
  return forward === true ? 'update' : 'force';
}

interface Tip {
  id: string;
  /** undefined: not to be found. */
  type: ObjectType | undefined;
}

/** Follows the tags of the pack, then those of GitHub, down to the commit. */
async function resolve(view: ObjectView, id: string, summary: RefSummary): Promise<Tip> {
  const tip = peel(view.pack, id, summary);
  if (tip.type !== undefined) return tip;
  const known = (await view.commits([tip.id]))(tip.id);
  if (known === undefined) summary.paths.setUnknown();
  return { id: known?.id ?? tip.id, type: known && 'commit' };
}

/** Branches hold commits; only a tag's old value may be an object that leads to one. */
async function resolveOld(view: ObjectView, { ref, oldId }: PushCommand): Promise<string> {
  if (view.pack?.has(oldId) === true) return peel(view.pack, oldId).id;
  if (!ref.startsWith('refs/tags/')) return oldId;
  return (await view.commits([oldId]))(oldId)?.id ?? oldId;
}

/** Follows tag objects of the pack; ids make cycles impossible. */
function peel(pack: PackContents | null, id: string, summary?: RefSummary): Tip {
  let at = id;
  for (let tag = pack?.tag(at); tag !== undefined; tag = pack?.tag(at)) {
    summary?.addTag(at, tag);
    at = tag.object;
    const type = pack?.type(at);
    if (type !== undefined && type !== tag.type) throw unreadable('a tag names an object of another type');
    if (type === undefined && tag.type !== 'commit' && tag.type !== 'tag') return { id: at, type: 'blob' };
  }
  return { id: at, type: pack?.type(at) };
}

/** A ref to a tree or a blob: no history to judge it by. */
async function summariseOther(view: ObjectView, tip: Tip, summary: RefSummary): Promise<RefChange> {
  if (tip.type === 'tree') await diffTrees(view, null, tip.id, summary.paths.comparison(tip.id));
  summary.paths.setUnknown();
  return summary.as(isZeroId(summary.command.oldId) ? 'create' : 'force');
}

async function addTipPaths(view: ObjectView, old: string | null, tip: string, paths: ChangedPaths): Promise<void> {
  const find = await view.commits(old === null ? [tip] : [old, tip]);
  const before = old === null ? null : find(old)?.commit.tree;
  await diffTrees(view, before, find(tip)?.commit.tree, paths.comparison(tip));
}

/** undefined when nothing proves it and something could not be asked. */
async function isFastForward(view: ObjectView, oldTip: string, found: NewCommits): Promise<boolean | undefined> {
  if (found.reachesOld) return true;
  if (found.boundary.size === 0) return false;
  const history = await view.history([...found.boundary], [oldTip]);
  return history && [...history.values()].some((parents) => parents.includes(oldTip));
}
