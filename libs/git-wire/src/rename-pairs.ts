import type { TreeEntry } from './git-objects.js';

/** One path that differs between two trees; an entry is absent where the path is. Never a folder. */
export interface Difference {
  path: string;
  before?: TreeEntry | undefined;
  after?: TreeEntry | undefined;
}

export interface Rename {
  from: Difference;
  to: Difference;
}

/** As far as git looks for a better source among many identical ones (diffcore-rename.c, find_identical_files). */
const MOST_CANDIDATES = 100;

const isFile = (entry: TreeEntry | undefined): boolean => entry?.mode.startsWith('100') === true;
const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * Pairs what disappeared with what appeared under another path with the same content, as `git diff-tree -M100%` does:
 * a source is used once, one of the same file name is preferred, then the first by path.
 */
export function exactRenames(differences: readonly Difference[]): Rename[] {
  const sources = new Map<string, Difference[]>();
  for (const gone of inOrder(differences.filter(({ after }) => after === undefined))) {
    const id = gone.before?.id ?? '';
    const same = sources.get(id);
    if (same) same.push(gone);
    else sources.set(id, [gone]);
  }
  const renames: Rename[] = [];
  for (const to of inOrder(differences.filter(({ before }) => before === undefined))) {
    const candidates = sources.get(to.after?.id ?? '');
    const from = candidates && takeBest(candidates, to);
    if (from) renames.push({ from, to });
  }
  return renames;
}

const inOrder = (differences: Difference[]): Difference[] => differences.sort((a, b) => (a.path < b.path ? -1 : 1));

function takeBest(candidates: Difference[], to: Difference): Difference | undefined {
  const fits = ({ before }: Difference): boolean =>
    (isFile(before) && isFile(to.after)) || before?.mode === to.after?.mode;
  const near = candidates.slice(0, MOST_CANDIDATES).filter(fits);
  const best = near.find(({ path }) => baseName(path) === baseName(to.path)) ?? near[0];
  if (best) candidates.splice(candidates.indexOf(best), 1);
  return best;
}
