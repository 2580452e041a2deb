/**
 * `*` stands for anything up to the next of `stops`, `**` for anything; all else for itself. As GitHub's own branch patterns,
 * whose stop is the slash.
 */
export function matchesGlob(glob: string, text: string, stops: '/' | '/:' = '/'): boolean {
  const source = glob
    .split('**')
    .map((part) => part.split('*').map(escape).join(`[^${stops}]*`))
    .join('.*');
  return new RegExp(`^${source}$`, 's').test(text);
}

const escape = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\/]/g, '\\$&');
