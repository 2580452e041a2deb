import { classifyPath, type PathClass } from '@holdshort/github-operations';

/** `type`: a file became a symlink or a submodule, or the reverse; `mode`: only the executable bit changed. */
export type PathChange = 'added' | 'modified' | 'deleted' | 'mode' | 'type';

export interface ChangedPath {
  path: string;
  change: PathChange;
}

/** The union of the changes of many commits, offered newest first. */
export class ChangedPaths {
  private readonly paths = new Map<string, PathChange>();
  readonly classes = new Set<PathClass>();
  truncated = false;
  /** Something could not be compared; what is known of it is listed. */
  unknown = false;

  constructor(private readonly limit: number) {}

  add(path: string, change: PathChange): void {
    const newer = this.paths.get(path);
    if (newer !== undefined) {
      this.paths.set(path, combine(change, newer));
      return;
    }
    for (const found of classifyPath(path)) this.classes.add(found);
    if (this.paths.size < this.limit) this.paths.set(path, change);
    else this.truncated = true;
  }

  list(): ChangedPath[] {
    return [...this.paths].map(([path, change]) => ({ path, change })).sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

/** What two changes of one path, one after the other, are together. */
function combine(older: PathChange, newer: PathChange): PathChange {
  if (older === 'added' && newer !== 'deleted') return 'added';
  return older === 'deleted' && newer === 'added' ? 'modified' : newer;
}
