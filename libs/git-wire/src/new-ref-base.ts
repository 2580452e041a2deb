import type { ObjectView } from './object-view.js';
import type { History } from './object-lookup.js';

/** A criss-cross of merges has a few; git itself compares with one of them. */
const MOST_BASES = 16;

/**
 * The merge bases of commits that GitHub has with its default branch, as `git merge-base --all` finds them, from the
 * commits alone that are on one side only. Empty for unrelated histories; undefined when it could not be found out.
 */
export async function mergeBases(
  view: ObjectView,
  tips: readonly string[],
  defaultTip: string,
): Promise<string[] | undefined> {
  const ahead = await view.history(tips, [defaultTip]);
  if (ahead === undefined) return undefined;
  const joints = meets(tips, ahead);
  if (joints.size < 2) return [...joints];
  // Every best common ancestor is met from both sides; an older one that was merged again is met from one.
  const behind = await view.history([defaultTip], tips);
  if (behind === undefined) return undefined;
  const bases = [...meets([defaultTip], behind)].filter((id) => joints.has(id));
  return bases.length === 0 || bases.length > MOST_BASES ? undefined : bases;
}

/** Where a walk from `tips` through the commits of one side meets the other. */
function meets(tips: readonly string[], side: History): Set<string> {
  return new Set([...tips, ...[...side.values()].flat()].filter((id) => !side.has(id)));
}
