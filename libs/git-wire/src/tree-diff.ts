import { fileType } from './changed-paths.js';
import { EventLoopPause } from './event-loop-pause.js';
import type { TreeEntry } from './git-objects.js';
import type { KnownTrees, ObjectView } from './object-view.js';
import type { Difference } from './rename-pairs.js';

/** Takes what a comparison finds. */
export interface DifferenceSink {
  add(difference: Difference): void;
  /** What is at a path of which the other side is not known; without an entry, a folder that is not known itself. */
  addUnknown(path: string, entry?: TreeEntry): void;
  /** One side could not be looked at. */
  setUnknown(): void;
  end(): void;
}

/** A tree by its id; null: there is none; undefined: it is not known which. */
export type TreeSide = string | null | undefined;

interface Pair {
  before: TreeSide;
  after: TreeSide;
  /** Ends with `/`, or is empty at the root. */
  prefix: string;
}

type Entries = Map<string, TreeEntry>;

const isTree = (entry: TreeEntry | undefined): boolean => entry !== undefined && fileType(entry) === 0o040000;
const side = (entry: TreeEntry | undefined): TreeSide => (entry !== undefined && isTree(entry) ? entry.id : null);

/** Folders compared after one question for those of them that the pack does not hold. */
const AT_ONCE = 256;

/**
 * Tells `found` what differs between two trees, as `git diff-tree -r` lists it. Equal subtrees are skipped. Where a tree
 * is not known, all that is known under the other one is listed and the comparison is marked as unknown.
 */
export async function diffTrees(
  view: ObjectView,
  before: TreeSide,
  after: TreeSide,
  found: DifferenceSink,
): Promise<void> {
  const pause = new EventLoopPause();
  const open: Pair[] = [{ before, after, prefix: '' }];
  while (open.length > 0) {
    const pairs = open.splice(-AT_ONCE).filter((pair) => pair.before !== pair.after || pair.before === undefined);
    const trees = await view.trees(pairs.flatMap((pair) => [pair.before, pair.after]));
    for (const pair of pairs) {
      comparePair(view, pair, { trees, found, open });
      if (pause.due()) await pause.take();
    }
  }
  found.end();
}

interface Findings {
  trees: KnownTrees;
  found: DifferenceSink;
  open: Pair[];
}

function comparePair(view: ObjectView, pair: Pair, findings: Findings): void {
  const { found, trees } = findings;
  const [before, after] = [entries(trees, pair.before), entries(trees, pair.after)];
  if (before === undefined || after === undefined) {
    found.setUnknown();
    if (after === undefined && pair.prefix !== '') found.addUnknown(pair.prefix.slice(0, -1));
    listKnown(view, pair.prefix, before ?? after, findings);
    return;
  }
  for (const [name, entry] of after) compareEntry(pair.prefix, before.get(name), entry, findings);
  for (const [name, entry] of before) if (!after.has(name)) compareEntry(pair.prefix, entry, undefined, findings);
}

function entries(trees: KnownTrees, tree: TreeSide): Entries | undefined {
  if (tree === null) return new Map();
  const known = tree === undefined ? undefined : trees(tree);
  return known === undefined ? undefined : new Map(known.map((entry) => [entry.name, entry]));
}

function compareEntry(
  prefix: string,
  before: TreeEntry | undefined,
  after: TreeEntry | undefined,
  { found, open }: Findings,
): void {
  const path = `${prefix}${(after ?? before)?.name ?? ''}`;
  if (isTree(before) || isTree(after)) open.push({ before: side(before), after: side(after), prefix: `${path}/` });
  found.add({ path, before: isTree(before) ? undefined : before, after: isTree(after) ? undefined : after });
}

/** One side is not known: everything on the other may have changed. Folders are entered where the pack holds them. */
function listKnown(view: ObjectView, prefix: string, known: Entries | undefined, { found, open }: Findings): void {
  for (const entry of known?.values() ?? []) {
    const path = prefix + entry.name;
    if (isTree(entry) && view.pack?.has(entry.id) === true)
      open.push({ before: undefined, after: entry.id, prefix: `${path}/` });
    else found.addUnknown(path, entry);
  }
}
