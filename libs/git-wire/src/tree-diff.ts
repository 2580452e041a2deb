import type { ChangedPaths } from './changed-paths.js';
import { EventLoopPause } from './event-loop-pause.js';
import type { TreeEntry } from './git-objects.js';
import type { ObjectView } from './object-view.js';

/** A tree by its id, or that there is none, or that it is not known which. */
export type TreeSide = string | 'none' | 'unknown';

interface Pair {
  before: TreeSide;
  after: TreeSide;
  /** Ends with `/`, or is empty at the root. */
  prefix: string;
}

type Entries = Map<string, TreeEntry>;

const isTree = (entry: TreeEntry | undefined): boolean => entry !== undefined && fileKind(entry) === 0o040000;
/** The bits of the mode that tell file, symlink, folder and submodule apart. */
const fileKind = (entry: TreeEntry): number => parseInt(entry.mode, 8) & 0o170000;
const side = (entry: TreeEntry | undefined): TreeSide => (entry !== undefined && isTree(entry) ? entry.id : 'none');

/**
 * Adds to `paths` what differs between two trees, as `git diff-tree -r` lists it (renames as deleted and added). Equal
 * subtrees are skipped. Where a tree is not known, all that is known under the other one is listed and `unknown` is set.
 */
export async function diffTrees(
  view: ObjectView,
  before: TreeSide,
  after: TreeSide,
  paths: ChangedPaths,
): Promise<void> {
  const pause = new EventLoopPause();
  const open: Pair[] = [{ before, after, prefix: '' }];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    if (pair.before === pair.after && pair.before !== 'unknown') continue;
    await comparePair(view, pair, { paths, open });
    if (pause.due()) await pause.take();
  }
}

interface Findings {
  paths: ChangedPaths;
  open: Pair[];
}

async function comparePair(view: ObjectView, pair: Pair, findings: Findings): Promise<void> {
  const { paths } = findings;
  const [before, after] = [await entries(view, pair.before), await entries(view, pair.after)];
  if (before === undefined || after === undefined) {
    paths.unknown = true;
    if (after === undefined && pair.prefix !== '') paths.add(pair.prefix.slice(0, -1), 'modified');
    listKnown(view, pair.prefix, before ?? after, findings);
    return;
  }
  for (const [name, entry] of after) compareEntry(pair.prefix, before.get(name), entry, findings);
  for (const [name, entry] of before) if (!after.has(name)) compareEntry(pair.prefix, entry, undefined, findings);
}

async function entries(view: ObjectView, tree: TreeSide): Promise<Entries | undefined> {
  if (tree === 'none') return new Map();
  const found = tree === 'unknown' ? undefined : await view.tree(tree);
  return found === undefined ? undefined : new Map(found.map((entry) => [entry.name, entry]));
}

function compareEntry(
  prefix: string,
  before: TreeEntry | undefined,
  after: TreeEntry | undefined,
  { paths, open }: Findings,
): void {
  const name = `${prefix}${(after ?? before)?.name ?? ''}`;
  if (isTree(before) || isTree(after)) open.push({ before: side(before), after: side(after), prefix: `${name}/` });
  const [old, now] = [isTree(before) ? undefined : before, isTree(after) ? undefined : after];
  if (old === undefined) {
    if (now !== undefined) paths.add(name, 'added');
  } else if (now === undefined) paths.add(name, 'deleted');
  else if (fileKind(old) !== fileKind(now)) paths.add(name, 'type');
  else if (old.id !== now.id) paths.add(name, 'modified');
  else if (old.mode.padStart(6, '0') !== now.mode.padStart(6, '0')) paths.add(name, 'mode');
}

/** One side is not known: everything on the other may have changed. Folders are entered where the pack holds them. */
function listKnown(view: ObjectView, prefix: string, known: Entries | undefined, { paths, open }: Findings): void {
  for (const entry of known?.values() ?? []) {
    const path = prefix + entry.name;
    if (isTree(entry) && view.pack?.has(entry.id) === true)
      open.push({ before: 'unknown', after: entry.id, prefix: `${path}/` });
    else paths.add(path, 'modified');
  }
}
