import type { GitRepository } from './git-repository.js';
import type { Random } from './random.js';

interface File {
  mode: string;
  content: Buffer;
}

interface State {
  mark: number;
  files: Map<string, File>;
}

const NAMES = [
  'a.txt',
  'b.ts',
  'src',
  'lib',
  'docs',
  '.github',
  'workflows',
  'ci.yml',
  'README.md',
  'data.bin',
  'pre-fix',
  'pre.fix',
  'z\u00fc.txt',
];
/** Submodules name a commit that no repository here holds. */
const SUBMODULE = Buffer.alloc(0);

/** A path that is neither a folder of another file nor has a file for a folder. */
function freePath(random: Random, files: Map<string, File>): string | undefined {
  const path = Array.from({ length: 1 + random.below(3) }, () => random.pick(NAMES)).join('/');
  const clash = [...files.keys()].some(
    (other) => other !== path && (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)),
  );
  return clash ? undefined : path;
}

function newFile(random: Random): File {
  if (random.chance(5)) return { mode: '160000', content: SUBMODULE };
  if (random.chance(5)) return { mode: '120000', content: Buffer.from(random.pick(NAMES)) };
  const content = random.chance(20) ? random.bytes(random.below(3000)) : Buffer.from(random.text(random.below(60)));
  return { mode: random.pick(['100644', '100644', '100755']), content };
}

function change(random: Random, files: Map<string, File>): void {
  const paths = [...files.keys()];
  const path = paths.length > 0 ? random.pick(paths) : undefined;
  const old = path === undefined ? undefined : files.get(path);
  const kind = random.below(10);
  if (path === undefined || old === undefined || kind < 3) {
    const free = freePath(random, files);
    if (free !== undefined) files.set(free, newFile(random));
  } else if (kind < 6)
    files.set(
      path,
      old.mode.startsWith('100')
        ? { ...old, content: Buffer.concat([old.content, Buffer.from(random.text(1))]) }
        : newFile(random),
    );
  else if (kind === 6) files.delete(path);
  else if (kind === 7 && old.mode.startsWith('100'))
    files.set(path, { ...old, mode: old.mode === '100644' ? '100755' : '100644' });
  else if (kind === 8) {
    files.delete(path);
    const free = freePath(random, files);
    if (free !== undefined) files.set(free, old);
  } else files.set(path, newFile(random));
}

function commitText(state: State, parents: State[], idLength: number): Buffer[] {
  const parts = [
    `commit refs/heads/c${state.mark}\nmark :${state.mark}\ncommitter A <a@example.com> ${1_700_000_000 + state.mark} +0000\ndata 2\nx\n`,
  ];
  const [first, ...more] = parents;
  if (first !== undefined) parts.push(`from :${first.mark}\n`, ...more.map((parent) => `merge :${parent.mark}\n`));
  parts.push('deleteall\n');
  const files = [...state.files].map(([path, { mode, content }]) => {
    if (mode === '160000') return Buffer.from(`M 160000 ${'12'.repeat(idLength)} ${path}\n`);
    return Buffer.concat([
      Buffer.from(`M ${mode} inline ${path}\ndata ${content.length}\n`),
      content,
      Buffer.from('\n'),
    ]);
  });
  return [Buffer.from(parts.join('')), ...files, Buffer.from('\n')];
}

/**
 * A history of `count` commits with branches, merges (some of them with changes of their own), several roots, renames,
 * modes, symlinks, submodules and binary files. @returns the commit ids, parents before children
 */
export function randomHistory(repository: GitRepository, random: Random, count: number): string[] {
  const states: State[] = [];
  const stream: Buffer[] = [];
  for (let mark = 1; mark <= count; mark++) {
    const recent = states.slice(-6);
    const parents = recent.length === 0 || random.chance(3) ? [] : [random.pick(recent)];
    const other = recent.length > 1 && random.chance(20) ? random.pick(recent) : undefined;
    if (other !== undefined && parents.length === 1 && !parents.includes(other)) parents.push(other);
    const files = new Map(parents[0]?.files);
    if (parents.length === 2)
      for (const [path, file] of parents[1]?.files ?? [])
        if (random.chance(50) && files.has(path)) files.set(path, file);
    if (parents.length < 2 || random.chance(40)) for (let i = random.below(5); i >= 0; i--) change(random, files);
    const state = { mark, files };
    states.push(state);
    stream.push(...commitText(state, parents, repository.format === 'sha1' ? 20 : 32));
  }
  const marks = repository.fastImport(Buffer.concat(stream));
  return states.map(({ mark }) => marks.get(mark) ?? '');
}
