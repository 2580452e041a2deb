import type { GitRepository } from './git-repository.js';

export interface DiffFile {
  status: 'added' | 'modified' | 'removed' | 'renamed';
  path: string;
  previousPath?: string;
  /** Blob id on the new side, on the old side for removed files. */
  id: string;
  additions: number;
  deletions: number;
  patch?: string;
}

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

const STATUS: Record<string, DiffFile['status']> = {
  A: 'added',
  M: 'modified',
  D: 'removed',
  R: 'renamed',
  T: 'modified',
};

/** A `--raw -z` header: modes, ids, and a letter with a score. */
const HEADER = /^:\d+ \d+ (?<old>[0-9a-f]+) (?<next>[0-9a-f]+) (?<letter>[A-Z])/;

function parseEntry(header: string, paths: readonly string[]): DiffFile {
  const { old = '', next = '', letter = '' } = HEADER.exec(header)?.groups ?? {};
  return {
    status: STATUS[letter] ?? 'modified',
    path: paths.at(-1) ?? '',
    ...(paths.length > 1 ? { previousPath: paths[0] } : {}),
    id: letter === 'D' ? old : next,
    additions: 0,
    deletions: 0,
  };
}

/** Reads `--raw -z`: a header, then one path, two for a rename. */
function parseRaw(text: string): DiffFile[] {
  const files: DiffFile[] = [];
  const parts = text.split('\0').filter((part) => part !== '');
  for (let at = 0; at < parts.length;) {
    const header = parts[at] ?? '';
    const paths = parts.slice(at + 1, at + (/ R\d*$/.test(header) ? 3 : 2));
    files.push(parseEntry(header, paths));
    at += 1 + paths.length;
  }
  return files;
}

function addPatch(file: DiffFile, text: string | undefined): DiffFile {
  const hunks = text?.indexOf('\n@@') ?? -1;
  if (text === undefined || hunks < 0) return file;
  const patch = text.slice(hunks + 1).trimEnd();
  const lines = patch.split('\n');
  return {
    ...file,
    patch,
    additions: lines.filter((line) => line.startsWith('+')).length,
    deletions: lines.filter((line) => line.startsWith('-')).length,
  };
}

/** What differs between two commits, with renames; `base` null compares with nothing. */
export async function diffFiles(git: GitRepository, base: string | null, head: string): Promise<DiffFile[]> {
  const range = ['-M', '--full-index', '--no-color', base ?? EMPTY_TREE, head];
  const files = parseRaw(await git.text(['diff', '--raw', '-z', '--abbrev=40', ...range]));
  const patches = (await git.text(['diff', ...range])).split(/^diff --git /m).slice(1);
  return files.map((file, index) => addPatch(file, patches[index]));
}
