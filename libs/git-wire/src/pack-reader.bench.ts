import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileScratch } from './file-scratch.js';
import { readPack } from './pack-reader.js';
import { writeRandomPack } from './testing/random-pack.js';

interface Measure {
  name: string;
  value: number;
  unit: string;
}

/** Source text that every checkout has. */
const SOURCES = [
  'typescript/lib',
  'prettier',
  'eslint/lib',
  '@types/node',
  'undici/lib',
  'jest-circus',
  'vite',
  'rxjs',
];
const ROUNDS = 3;

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'gc.auto=0', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** A repository of real source files, packed with deltas as for a push. */
function sourcePack(folder: string): string {
  git(folder, 'init', '-q');
  const modules = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
  for (const source of SOURCES) {
    if (!readdirSync(modules).includes(source.split('/')[0] ?? '')) continue;
    git(folder, `--work-tree=${modules}`, 'add', '-f', source);
    git(folder, 'commit', '-qm', source);
  }
  git(folder, 'repack', '-adfq', '--depth=50');
  const packs = join(folder, '.git/objects/pack');
  return join(packs, readdirSync(packs).find((name) => name.endsWith('.pack')) ?? '');
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await work();
    times.push((performance.now() - start) / 1000);
  }
  return times.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}

async function readOnce(pack: string, spool: string): Promise<void> {
  const scratch = await fileScratch(spool);
  try {
    await readPack(createReadStream(pack), { objectFormat: 'sha1', scratch });
  } finally {
    await scratch.close();
    rmSync(spool);
  }
}

async function compare(name: string, pack: string, folder: string): Promise<Measure[]> {
  const megabytes = statSync(pack).size / 1e6;
  const ours = megabytes / (await seconds(() => readOnce(pack, join(folder, 'spool'))));
  const index = async (): Promise<void> => {
    await Promise.resolve(git(folder, 'index-pack', '--threads=1', '-o', join(folder, 'out.idx'), pack));
  };
  const theirs = megabytes / (await seconds(index));
  return [
    { name: `pack reader, ${name}`, value: ours, unit: 'MB/s' },
    { name: `git index-pack --threads=1, ${name}`, value: theirs, unit: 'MB/s' },
    { name: `pack reader of git index-pack, ${name}`, value: ours / theirs, unit: 'ratio' },
  ];
}

/** MB of pack per second, median of three, against `git index-pack` on the same files. */
export async function bench(): Promise<Measure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdshort-bench-'));
  try {
    const random = join(folder, 'random.pack');
    await writeRandomPack(random, 70_000_000);
    return [
      ...(await compare('source text', sourcePack(folder), folder)),
      ...(await compare('70 MB of new content', random, folder)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
