import { classifyPath, PATH_CLASSES, type PathClass } from '@holdshort/github-operations';
import type { ContentPaths } from './content-paths.js';
import type { TreeEntry } from './git-objects.js';
import { exactRenames } from './rename-pairs.js';
import type { Difference } from './rename-pairs.js';
import type { DifferenceSink } from './tree-diff.js';

/** `type`: a file became a symlink or a submodule, or the reverse; `mode`: only the executable bit changed. */
export type PathChange = 'added' | 'modified' | 'deleted' | 'renamed' | 'mode' | 'type';
/** `folder`: one whose content could not be looked at. */
export type PathKind = 'file' | 'executable' | 'symlink' | 'submodule' | 'folder';

export interface ChangedPath {
  path: string;
  change: PathChange;
  /** What is at the path afterwards; of a deleted one, what was. */
  kind: PathKind;
  /** Of a renamed path, where it was; the old path is not listed as deleted. */
  from?: string;
  /** The object at the path afterwards; absent for deleted ones. */
  id?: string;
}

/** Differences of one comparison that are kept to find renames among them; git's own limit is of this order. */
const RENAME_WINDOW = 20_000;

const KINDS: Record<string, PathKind> = {
  '100755': 'executable',
  '120000': 'symlink',
  '160000': 'submodule',
  '040000': 'folder',
};
const kindOf = ({ mode }: TreeEntry): PathKind => KINDS[mode.padStart(6, '0')] ?? 'file';

/** The union of the changes of many commits, offered newest first. */
export class ChangedPaths {
  private readonly paths = new Map<string, ChangedPath & { mask: number }>();
  truncated = false;
  /** Bits by place in `PATH_CLASSES`, and `UNKNOWN`: of all paths, and of those since the last verdict. */
  private all = 0;
  private recent = 0;

  constructor(
    private readonly limit: number,
    private readonly contents?: ContentPaths,
  ) {}

  private mark(bits: number): void {
    this.all |= bits;
    this.recent |= bits;
  }

  /** Starts the comparison of `commit` with one other; `end` it. */
  comparison(commit: string): Comparison {
    return new Comparison(this, commit, this.contents);
  }

  get classes(): PathClass[] {
    return PATH_CLASSES.filter((_, bit) => (this.all & (1 << bit)) !== 0).sort();
  }

  /** Something could not be compared; what is known of it is listed. */
  get unknown(): boolean {
    return (this.all & UNKNOWN) !== 0;
  }

  setUnknown(): void {
    this.mark(UNKNOWN);
  }

  add(changed: ChangedPath): void {
    const newer = this.paths.get(changed.path);
    const mask = newer?.mask ?? maskOf(changed.path);
    this.mark(mask);
    if (newer !== undefined) this.paths.set(changed.path, { ...combine(changed, newer), mask });
    else if (this.paths.size < this.limit) this.paths.set(changed.path, { ...changed, mask });
    else this.truncated = true;
  }

  /** Classes and doubts of what was added since the last call, as one number. */
  takeVerdict(): number {
    const verdict = this.recent;
    this.recent = 0;
    return verdict;
  }

  /** Adds what another list has found, without its paths. */
  absorb(verdict: number): void {
    this.mark(verdict);
    this.truncated = true;
  }

  list(): ChangedPath[] {
    const all = [...this.paths.values()].map(plain);
    const moved = new Set(all.flatMap(({ from }) => (from === undefined ? [] : [from])));
    return all
      .filter(({ change, path }) => change !== 'deleted' || !moved.has(path))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

const UNKNOWN = 1 << 30;

const maskOf = (path: string): number =>
  classifyPath(path).reduce((mask, found) => mask | (1 << PATH_CLASSES.indexOf(found)), 0);

function plain({ path, change, kind, from, id }: ChangedPath): ChangedPath {
  return { path, change, kind, ...(from === undefined ? {} : { from }), ...(id === undefined ? {} : { id }) };
}

/** The differences of two trees on their way into the union. */
export class Comparison implements DifferenceSink {
  private waiting: Difference[] = [];

  constructor(
    private readonly paths: ChangedPaths,
    private readonly commit: string,
    private readonly contents: ContentPaths | undefined,
  ) {}

  /** One side could not be looked at. */
  setUnknown(): void {
    this.paths.setUnknown();
  }

  add(difference: Difference): void {
    const { path, before, after } = difference;
    if (after) this.contents?.add(after.id, path, this.commit);
    const change = fileChange(before, after);
    if (change === 'added' || change === 'deleted') this.wait(difference);
    else if (change !== undefined && after) this.paths.add({ path, change, kind: kindOf(after), id: after.id });
  }

  /** What is at a path of which the other side is not known; without an entry, a folder that is not known itself. */
  addUnknown(path: string, entry?: TreeEntry): void {
    if (entry) this.contents?.add(entry.id, path, this.commit);
    this.paths.add({
      path,
      change: 'modified',
      kind: entry ? kindOf(entry) : 'folder',
      ...(entry && { id: entry.id }),
    });
  }

  end(): void {
    const renames = exactRenames(this.waiting);
    const paired = new Set(renames.flatMap(({ from, to }) => [from, to]));
    for (const { from, to } of renames) {
      if (!to.after || !from.before) continue;
      const now = { kind: kindOf(to.after), id: to.after.id };
      this.paths.add({ path: to.path, change: 'renamed', from: from.path, ...now });
      this.paths.add({ path: from.path, change: 'deleted', kind: kindOf(from.before) });
    }
    this.flush((difference) => !paired.has(difference));
  }

  private wait(difference: Difference): void {
    this.waiting.push(difference);
    if (this.waiting.length >= RENAME_WINDOW) this.flush(() => true);
  }

  private flush(which: (difference: Difference) => boolean): void {
    for (const { path, before, after } of this.waiting.filter(which)) {
      if (after) this.paths.add({ path, change: 'added', kind: kindOf(after), id: after.id });
      else if (before) this.paths.add({ path, change: 'deleted', kind: kindOf(before) });
    }
    this.waiting = [];
  }
}

/** The bits of the mode that tell file, symlink, folder and submodule apart. */
export const fileType = (entry: TreeEntry): number => parseInt(entry.mode, 8) & 0o170000;

function fileChange(before: TreeEntry | undefined, after: TreeEntry | undefined): PathChange | undefined {
  if (before === undefined) return after === undefined ? undefined : 'added';
  if (after === undefined) return 'deleted';
  if (fileType(before) !== fileType(after)) return 'type';
  if (before.id !== after.id) return 'modified';
  return parseInt(before.mode, 8) === parseInt(after.mode, 8) ? undefined : 'mode';
}

/** What two changes of one path, one after the other, are together; what is there afterwards is the newer one's. */
function combine(older: ChangedPath, newer: ChangedPath): ChangedPath {
  if (newer.change === 'deleted') return newer;
  if (older.change === 'added') return { ...withoutFrom(newer), change: 'added' };
  if (older.change === 'renamed' && older.from !== undefined) return { ...newer, change: 'renamed', from: older.from };
  const returned = older.change === 'deleted' && (newer.change === 'added' || newer.change === 'renamed');
  return returned ? { ...withoutFrom(newer), change: 'modified' } : newer;
}

function withoutFrom({ path, change, kind, id }: ChangedPath): ChangedPath {
  return { path, change, kind, ...(id === undefined ? {} : { id }) };
}
