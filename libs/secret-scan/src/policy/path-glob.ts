/** Whether a name fits a pattern of `*` and `?`; linear in practice: only the last `*` is ever tried again. */
function nameFits(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let mark = 0;
  for (let index = 0; index < name.length;) {
    if (at < pattern.length && pattern[at] !== '*' && (pattern[at] === '?' || pattern[at] === name[index])) {
      at++;
      index++;
    } else if (pattern[at] === '*') {
      star = at++;
      mark = index;
    } else if (star >= 0) {
      at = star + 1;
      index = ++mark;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/**
 * Whether a path fits a glob: `*` and `?` within a folder, `**` for any number of folders; `folder/` for all below it.
 * Compared folder by folder with the list of patterns still possible, so that no path is costly.
 */
export function globFits(glob: string, path: string): boolean {
  const patterns = (glob.endsWith('/') ? `${glob}**` : glob).split('/');
  let possible = withEmpty(patterns, new Set([0]));
  for (const name of path.split('/')) {
    const next = new Set<number>();
    for (const index of possible) {
      const pattern = patterns[index];
      if (pattern === '**') next.add(index);
      else if (pattern !== undefined && nameFits(pattern, name)) next.add(index + 1);
    }
    possible = withEmpty(patterns, next);
  }
  return possible.has(patterns.length);
}

/** `**` may stand for no folder at all. */
function withEmpty(patterns: readonly string[], indexes: Set<number>): Set<number> {
  for (const index of indexes) if (patterns[index] === '**') indexes.add(index + 1);
  return indexes;
}
