import { NO_LOOKUP } from './object-view.js';
import { readPack } from './pack-reader.js';
import { summarisePush } from './push-summary.js';
import type { RefChange } from './push-summary.js';
import { memoryScratch } from './scratch-space.js';
import { streamOf } from './testing/chunks.js';
import { GitLookup } from './testing/git-lookup.js';
import { GitRepository } from './testing/git-repository.js';
import { Random } from './testing/random.js';
import { randomHistory } from './testing/random-history.js';

const ZERO = '0'.repeat(40);

/** Paths that git lists for the commits of a range against each of their parents, and between the two tips. */
function pathsByGit(made: GitRepository, oldId: string, newId: string, has: string[]): Set<string> {
  const range = [newId, ...has.map((id) => `^${id}`)];
  const flags = ['-r', '-m', '--root', '--no-renames', '-z', '--name-only'];
  const commits = made.git(['rev-list', ...range]);
  const perCommit =
    commits === '' ? '' : made.raw(['diff-tree', '--stdin', '--no-commit-id', ...flags], `${commits}\n`).toString();
  const tips = oldId === ZERO ? '' : made.raw(['diff-tree', ...flags, oldId, newId]).toString();
  return new Set(`${perCommit}\0${tips}`.split('\0').filter(Boolean));
}

/** Reads the push of `newId` to a GitHub that has `has`, exactly as git would pack it. */
async function push(made: GitRepository, oldId: string, newId: string, has: string[]): Promise<RefChange> {
  const bytes = made.pack([newId, ...has.map((id) => `^${id}`)], '--delta-base-offset');
  const pack = await readPack(streamOf(bytes, 5000), { objectFormat: 'sha1', scratch: memoryScratch() });
  const command = { ref: 'refs/heads/x', oldId, newId };
  const [change] = await summarisePush([command], pack, new GitLookup(made, has));
  if (change === undefined) throw new Error('no change');
  return change;
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
        const has = oldId === ZERO ? (random.chance(20) ? [] : [random.pick(commits)]) : [oldId, random.pick(commits)];
        const change = await push(made, oldId, newId, has);
        const label = `seed ${seed} round ${round}`;
        expect([label, change.changedPaths.map(({ path }) => path)]).toEqual([
          label,
          [...pathsByGit(made, oldId, newId, has)].sort(),
        ]);
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
  }, 300_000); // two thousand git processes: half a minute on an idle core

  it('agree on how each path changed, for single commits', async () => {
    const made = new GitRepository();
    const commits = randomHistory(made, new Random(77), 60);
    const letters = { A: 'added', M: 'modified', D: 'deleted', T: 'type' } as const;
    for (const id of commits) {
      const parents = made.git(['log', '-1', '--format=%P', id]).split(' ').filter(Boolean);
      if (parents.length > 1) continue;
      const change = await push(made, parents[0] ?? ZERO, id, parents);
      const parts = made
        .raw(['diff-tree', '-r', '--root', '--no-renames', '--no-commit-id', '-z', id])
        .toString()
        .split('\0')
        .filter(Boolean);
      const byGit: { path: string; change: string }[] = [];
      for (let i = 0; i < parts.length; i += 2) {
        const [oldMode, newMode, oldId, newId, letter] = parts[i]!.slice(1).split(' ');
        const modeOnly = letter === 'M' && oldId === newId && oldMode !== newMode;
        byGit.push({ path: parts[i + 1]!, change: modeOnly ? 'mode' : letters[letter as 'A'] });
      }
      expect(change.changedPaths).toEqual(byGit.sort((a, b) => (a.path < b.path ? -1 : 1)));
    }
    made.remove();
  });

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
