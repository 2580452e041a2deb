/** Already in canonical form but for case: nearly every path, at a tenth of the cost. */
const PLAIN = /^(?!\.{0,2}\/)(?!.*\/\.{0,2}\/)(?!.*[./]$)(?!.*\.\/)[\w@#$%^&()+=,[\]{}!;'.\-/]*$/;

/**
 * A repository path in the form in which policy compares it: as the gravest reader would see it. GitHub, macOS and
 * Windows do not all tell apart what git does, and a path must not pass as harmless on the way to one of them. Without
 * case; in Unicode's compatibility form; without characters that show nothing (HFS+ ignores them, CVE-2014-9390);
 * `\` as `/`; without `.` and empty segments, `..` resolved; each segment without what NTFS drops or reads otherwise:
 * dots and blanks at its end, a stream (`:...`), 8.3 short names (`GITHUB~1`, CVE-2019-1352) of the names in `LONG_NAMES`.
 */
export function canonicalPath(path: string): string {
  return PLAIN.test(path) ? path.toLowerCase() : canonicalSegments(path).join('/');
}

function canonicalSegments(path: string): string[] {
  const segments: string[] = [];
  for (const raw of folded(path).split('/')) {
    if (raw === '..') segments.pop();
    const segment = asNtfs(raw);
    if (segment !== '') segments.push(LONG_BY_SHORT.get(segment.replace(/~\d+/, '~')) ?? segment);
  }
  return segments;
}

/** Compatibility forms of capitals come as capitals, those of small letters may again be composed. */
const folded = (path: string): string =>
  path
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/gu, '')
    .replaceAll('\\', '/');

const asNtfs = (segment: string): string => segment.replace(/(?<=.):.*$/, '').replace(/[. ]+$/, '');

/**
 * Names that decide a class and are no 8.3 names themselves, so that Windows makes short ones for them. Of names with
 * the same short one (`.cursor` and `.cursorrules`) one that means the same to policy is enough.
 */
const LONG_NAMES = [
  '.github',
  'workflows',
  'codeowners',
  'action.yaml',
  'copilot-instructions.md',
  'instructions',
  '.cursor',
  '.windsurfrules',
  '.claude',
  '.vscode',
  '.mcp.json',
  '.husky',
  '.githooks',
  '.gitattributes',
  '.gitmodules',
  '.gitignore',
  '.lfsconfig',
  '.mailmap',
  '.netrc',
  '.npmrc',
  '.env',
  'package.json',
  'dockerfile',
] as const;

/** Short name, without its number, to the long one: six letters, `~`, three letters of the extension. */
const LONG_BY_SHORT: ReadonlyMap<string, string> = new Map(LONG_NAMES.map((name) => [shortOf(name), name]));

function shortOf(name: string): string {
  const bare = name.replace(/^\.+/, '');
  const dot = bare.lastIndexOf('.');
  const base = (dot < 0 ? bare : bare.slice(0, dot)).replaceAll('.', '');
  const extension = dot < 0 ? '' : `.${bare.slice(dot + 1, dot + 4)}`;
  return `${base.slice(0, 6)}~${extension}`;
}
