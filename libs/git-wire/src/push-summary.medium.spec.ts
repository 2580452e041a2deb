import { fileURLToPath } from 'node:url';
import { NO_LOOKUP } from './object-lookup.js';
import { readPack } from './pack-reader.js';
import { summarisePush } from './push-summary.js';
import type { RefChange } from './ref-change.js';
import { memoryScratch } from './scratch-space.js';
import { streamOf } from './testing/chunks.js';
import { GitLookup } from './testing/git-lookup.js';
import { GitRepository } from './testing/git-repository.js';
import { Random } from './testing/random.js';
import { randomHistory } from './testing/random-history.js';

const ZERO = '0'.repeat(40);

interface Case {
  oldId: string;
  newId: string;
  /** What GitHub has; the first of them is the tip of its default branch. */
  has: string[];
}

const FLAGS = ['-r', '-m', '--root', '--no-renames', '-z', '--name-only'];
const names = (text: string): string[] => text.split('\0').filter(Boolean);

/** Paths that git lists for the commits of a range against each of their parents, and between tips or merge bases. */
function pathsByGit(made: GitRepository, { oldId, newId, has }: Case): Set<string> {
  const commits = made.git(['rev-list', newId, ...has.map((id) => `^${id}`)]);
  const perCommit =
    commits === '' ? '' : made.raw(['diff-tree', '--stdin', '--no-commit-id', ...FLAGS], `${commits}\n`).toString();
  const tips = oldId === ZERO ? landing(made, { oldId, newId, has }) : [oldId];
  const between = tips.flatMap((tip) => names(made.raw(['diff-tree', ...FLAGS, tip, newId]).toString()));
  return new Set([...names(perCommit), ...between]);
}

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** With what a new ref is compared: nothing when its commits hang on one commit of the default branch or on none. */
function landing(made: GitRepository, { newId, has }: Case): string[] {
  const fresh = new Set(names(made.git(['rev-list', newId, ...has.map((id) => `^${id}`)]).replaceAll('\n', '\0')));
  const parents = [...fresh].flatMap((id) => made.git(['log', '-1', '--format=%P', id]).split(' ').filter(Boolean));
  const boundary = new Set(fresh.size === 0 ? [newId] : parents.filter((id) => !fresh.has(id)));
  const [first] = boundary;
  const [defaultTip] = has;
  if (first === undefined || defaultTip === undefined) return [];
  if (boundary.size === 1 && made.isAncestor(first, defaultTip)) return [];
  const bases = made.mergeBases(defaultTip, newId);
  return bases.length === 0 ? [EMPTY_TREE] : bases;
}

/** Reads the push of `newId` to a GitHub that has `has`, exactly as git would pack it. */
async function push(made: GitRepository, { oldId, newId, has }: Case): Promise<RefChange> {
  const bytes = made.pack([newId, ...has.map((id) => `^${id}`)], '--delta-base-offset');
  const pack = await readPack(streamOf(bytes, 5000), { objectFormat: 'sha1', scratch: memoryScratch() });
  const command = { ref: 'refs/heads/x', oldId, newId };
  const [change] = await summarisePush([command], pack, new GitLookup(made, has, has[0] ?? null));
  if (change === undefined) throw new Error('no change');
  return change;
}

const pathsOf = ({ changedPaths }: RefChange): string[] => [
  ...new Set(changedPaths.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]))),
];

const LETTERS: Record<string, string> = { A: 'added', M: 'modified', D: 'deleted', T: 'type', R: 'renamed' };

function changesByGit(raw: Buffer): { path: string; change: string | undefined; from: string | undefined }[] {
  const parts = names(raw.toString());
  const changes = [];
  for (let i = 0; i < parts.length;) {
    const [oldMode, newMode, oldId, newId, letter = ''] = parts[i]!.slice(1).split(' ');
    const isRename = letter.startsWith('R');
    const modeOnly = letter === 'M' && oldId === newId && oldMode !== newMode;
    const change = modeOnly ? 'mode' : LETTERS[letter.charAt(0)];
    changes.push({ path: parts[i + (isRename ? 2 : 1)]!, change, from: isRename ? parts[i + 1] : undefined });
    i += isRename ? 3 : 2;
  }
  return changes;
}

function fetchOwnHistory(made: GitRepository): boolean {
  try {
    made.git([
      '-c',
      'safe.directory=*',
      'fetch',
      '-q',
      fileURLToPath(new URL('../../..', import.meta.url)),
      'HEAD:own',
    ]);
    return true;
  } catch {
    return false; // an archive without .git
  }
}

describe('summarisePush and git', () => {
  it('agree on kinds, commits and paths of 200 generated pushes', async () => {
    const kinds = { create: 0, update: 0, force: 0, delete: 0 };
    for (let seed = 1; seed <= 10; seed++) {
      const made = new GitRepository();
      const random = new Random(seed * 101);
      const commits = randomHistory(made, random, 50);
      for (let round = 0; round < 20; round++) {
        const newId = random.pick(commits);
        const oldId = random.chance(20) ? ZERO : random.pick(commits);
        const other = random.pick(commits);
        const has = oldId !== ZERO ? [oldId, other] : random.chance(20) ? [] : [other, random.pick(commits)];
        const change = await push(made, { oldId, newId, has });
        const label = `seed ${seed} round ${round}`;
        expect([label, pathsOf(change).sort()]).toEqual([label, [...pathsByGit(made, { oldId, newId, has })].sort()]);
        const kind = oldId === ZERO ? 'create' : made.isAncestor(oldId, newId) ? 'update' : 'force';
        const count = Number(made.git(['rev-list', '--count', newId, ...has.map((id) => `^${id}`)]));
        expect([label, change]).toEqual([
          label,
          expect.objectContaining({ kind, commits: count, unknown: false, truncated: false }),
        ]);
        kinds[kind]++;
      }
      made.remove();
    }
    expect(Math.min(kinds.create, kinds.update, kinds.force)).toBeGreaterThan(10);
  }, 600_000); // two thousand git processes: half a minute on an idle core, ten times that in a busy, large worker

  it('agree on how each path changed and what was renamed, for single commits', async () => {
    const made = new GitRepository();
    const commits = randomHistory(made, new Random(77), 120);
    const seen = new Set<string>();
    for (const id of commits) {
      const parents = made.git(['log', '-1', '--format=%P', id]).split(' ').filter(Boolean);
      if (parents.length > 1) continue;
      const change = await push(made, { oldId: parents[0] ?? ZERO, newId: id, has: parents });
      const ours = change.changedPaths.map(({ path, change: how, from }) => ({ path, change: how, from }));
      const byGit = changesByGit(made.raw(['diff-tree', '-r', '-M100%', '--root', '--no-commit-id', '-z', id]));
      expect(ours).toEqual(byGit.sort((a, b) => (a.path < b.path ? -1 : 1)));
      for (const { change: how } of ours) seen.add(how);
    }
    made.remove();
    expect([...seen].sort()).toEqual(['added', 'deleted', 'mode', 'modified', 'renamed', 'type']);
  });

  /** The newest 40 commits of this project itself: merges, renames, generated files, as people and tools make them. */
  it('agree on the history of this project, commit by commit against each parent', async () => {
    const made = new GitRepository();
    if (!fetchOwnHistory(made)) {
      process.stderr.write('SKIPPED: this is no git checkout, so its history is not compared\n');
      return;
    }
    const commits = made.git(['rev-list', '--max-count=40', 'own']).split('\n');
    let paths = 0;
    for (const id of commits) {
      const parents = made.git(['log', '-1', '--format=%P', id]).split(' ').filter(Boolean);
      const asked = { oldId: parents[0] ?? ZERO, newId: id, has: parents };
      const change = await push(made, asked);
      const listed = pathsOf(change).sort();
      expect([id, change.truncated ? [] : listed]).toEqual([
        id,
        change.truncated ? [] : [...pathsByGit(made, asked)].sort(),
      ]);
      paths += listed.length;
    }
    made.remove();
    expect(commits.length).toBeGreaterThan(1);
    expect(paths).toBeGreaterThan(commits.length);
  }, 300_000);

  it('says that it does not know, and lists what is known, when GitHub cannot be asked', async () => {
    const made = new GitRepository();
    const commits = randomHistory(made, new Random(13), 30);
    for (const id of commits.slice(5)) {
      const parents = made.git(['log', '-1', '--format=%P', id]).split(' ').filter(Boolean);
      if (parents.length !== 1) continue;
      const bytes = made.pack([id, `^${parents[0] ?? ''}`]);
      const pack = await readPack(streamOf(bytes), { objectFormat: 'sha1', scratch: memoryScratch() });
      const [change] = await summarisePush([{ ref: 'refs/heads/x', oldId: parents[0]!, newId: id }], pack, NO_LOOKUP);
      // Parents of what is in the pack prove the fast-forward by themselves; only the old paths are unknown.
      expect(change).toMatchObject({ kind: 'update', commits: 1, unknown: true });
      const added = made
        .raw(['diff-tree', '-r', '--no-renames', '--no-commit-id', '--name-only', '--diff-filter=AMT', '-z', id])
        .toString();
      const listed = new Set(change?.changedPaths.map(({ path }) => path));
      for (const path of added.split('\0').filter(Boolean)) {
        const folders = path.split('/').map((_, i, all) => all.slice(0, i + 1).join('/'));
        expect(folders.some((folder) => listed.has(folder))).toBe(true);
      }
    }
    made.remove();
  });
});
