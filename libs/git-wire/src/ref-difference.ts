import type { TreeEntry } from './git-objects.js';
import type { ObjectLookup } from './object-lookup.js';
import { DEFAULT_SUMMARY_LIMITS, ObjectView } from './object-view.js';
import type { PackContents } from './pack-contents.js';
import { isZeroId } from './receive-pack-request.js';
import type { RefChange } from './ref-change.js';
import { exactRenames, type Difference } from './rename-pairs.js';
import { diffTrees, type DifferenceSink } from './tree-diff.js';

/** One file that a ref shows otherwise after the push than before. */
export interface FileDifference extends Difference {
  /** Of a file that moved as it is: where it was. */
  from?: string;
  /** The old side could not be looked at: `before` is absent, which does not mean that the file is new. */
  unknown: boolean;
}

export interface RefDifference {
  /** The commit that the new tip is compared with; null: with nothing. */
  base: string | null;
  /** Files in the order of their paths. */
  files: FileDifference[];
  /** So many more differ, and are not listed. */
  more: number;
}

/**
 * What differs between the old tip of a ref and its new one; of a new ref, between the commit that its first-parent line
 * leaves and its tip. Folders never appear.
 * @param limit files that are listed
 * @returns undefined for a ref that is deleted, or points at something else than a commit
 */
export async function refDifference(
  { oldId, newId }: Pick<RefChange, 'oldId' | 'newId'>,
  pack: PackContents | null,
  lookup: ObjectLookup,
  limit: number,
): Promise<RefDifference | undefined> {
  if (isZeroId(newId)) return undefined;
  const view = new ObjectView(pack, lookup, DEFAULT_SUMMARY_LIMITS);
  const tip = (await view.commits([newId]))(newId);
  if (tip === undefined) return undefined;
  const base = isZeroId(oldId) ? leaves(pack, tip.id) : oldId;
  const before = base === null ? null : (await view.commits([base]))(base)?.commit.tree;
  const found = new FoundDifferences(limit);
  await diffTrees(view, before, tip.commit.tree, found);
  return { base, files: found.list(), more: found.more };
}

/** The first commit on the first-parent line that the pack does not bring; null: the line ends within the pack. */
function leaves(pack: PackContents | null, tip: string): string | null {
  let at = tip;
  for (;;) {
    const commit = pack?.commit(at);
    if (commit === undefined) return at;
    const [parent] = commit.parents;
    if (parent === undefined) return null;
    at = parent;
  }
}

class FoundDifferences implements DifferenceSink {
  more = 0;
  private readonly found: FileDifference[] = [];

  constructor(private readonly limit: number) {}

  add(difference: Difference): void {
    if (difference.before?.id === difference.after?.id && difference.before?.mode === difference.after?.mode) return;
    this.keep({ ...difference, unknown: false });
  }

  addUnknown(path: string, entry?: TreeEntry): void {
    this.keep({ path, ...(entry ? { after: entry } : {}), unknown: true });
  }

  setUnknown(): void {
    // each file says so itself
  }

  end(): void {
    for (const { from, to } of exactRenames(this.found.filter(({ unknown }) => !unknown))) {
      Object.assign(to, { from: from.path, before: from.before });
      this.found.splice(this.found.indexOf(from as FileDifference), 1);
    }
  }

  list(): FileDifference[] {
    return this.found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  private keep(difference: FileDifference): void {
    if (this.found.length < this.limit) this.found.push(difference);
    else this.more += 1;
  }
}
