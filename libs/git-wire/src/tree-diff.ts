import type { ChangedPaths, PathChange } from './changed-paths.js';
import { EventLoopPause } from './event-loop-pause.js';
import type { TreeEntry } from './git-objects.js';
import type { ObjectView } from './object-view.js';

/** A tree by its id; null: there is none; undefined: it is not known which. */
export type TreeSide = string | null | undefined;

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
const side = (entry: TreeEntry | undefined): TreeSide => (entry !== undefined && isTree(entry) ? entry.id : null);

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
    if (pair.before === pair.after && pair.before !== undefined) continue;
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
  if (tree === null) return new Map();
  const found = tree === undefined ? undefined : await view.tree(tree);
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
  const how = fileChange(isTree(before) ? undefined : before, isTree(after) ? undefined : after);
  if (how !== undefined) paths.add(name, how);
}

function fileChange(before: TreeEntry | undefined, after: TreeEntry | undefined): PathChange | undefined {
  if (before === undefined) return after === undefined ? undefined : 'added';
  if (after === undefined) return 'deleted';
  if (fileKind(before) !== fileKind(after)) return 'type';
  if (before.id !== after.id) return 'modified';
  return parseInt(before.mode, 8) === parseInt(after.mode, 8) ? undefined : 'mode';
}

/** One side is not known: everything on the other may have changed. Folders are entered where the pack holds them. */
function listKnown(view: ObjectView, prefix: string, known: Entries | undefined, { paths, open }: Findings): void {
  for (const entry of known?.values() ?? []) {
    const path = prefix + entry.name;
    if (isTree(entry) && view.pack?.has(entry.id) === true)
      open.push({ before: undefined, after: entry.id, prefix: `${path}/` });
    else paths.add(path, 'modified');
  }
}
