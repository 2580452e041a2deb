/**
 * What a path means to policy. Names are compared as the gravest reader would: without case (macOS,
 * Windows), in Unicode's compatibility form, without a leading `./` or `/`.
 */
const CLASSES: readonly { name: string; matches: (path: string) => boolean }[] = [
  // `.github` itself counts: as a tree, a symlink or a submodule it brings its own `workflows`.
  { name: 'workflow', matches: (path) => /^\.github(\/workflows(\/|$)|$)/.test(path) },
  { name: 'codeowners', matches: (path) => /^(\.github\/|docs\/)?codeowners$/.test(path) || path === '.github' },
];

const normalise = (path: string): string =>
  path
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('\\', '/')
    // Characters that are not drawn, and that HFS+ ignores when it compares names (git's own list, CVE-2014-9390).
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');

/** The classes of repository paths, sorted: `workflow`, `codeowners`. */
export function pathClassesOf(paths: readonly string[]): string[] {
  const normal = paths.map(normalise);
  return CLASSES.filter(({ matches }) => normal.some(matches))
    .map(({ name }) => name)
    .sort();
}
