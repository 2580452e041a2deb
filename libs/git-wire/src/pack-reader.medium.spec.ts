import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import type { PackContents } from './pack-contents.js';
import { readPack } from './pack-reader.js';
import { memoryScratch } from './scratch-space.js';
import { streamOf } from './testing/chunks.js';
import { GitRepository } from './testing/git-repository.js';
import { withChecksum } from './testing/pack-builder.js';
import { Random } from './testing/random.js';
import { randomHistory } from './testing/random-history.js';

const repositories: GitRepository[] = [];
function repository(format: 'sha1' | 'sha256' = 'sha1'): GitRepository {
  const made = new GitRepository(format);
  repositories.push(made);
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

const read = (pack: Buffer, objectFormat: 'sha1' | 'sha256' = 'sha1', ...chunks: number[]): Promise<PackContents> =>
  readPack(streamOf(pack, ...(chunks.length > 0 ? chunks : [65_536])), { objectFormat, scratch: memoryScratch() });

const digestOf = (ids: string[]): string =>
  createHash('sha256')
    .update(
      [...ids]
        .sort()
        .map((id) => `${id}\n`)
        .join(''),
    )
    .digest('hex');

/** Every id and type, every commit's tree and parents and every tree's entries, by git and by us. */
function expectSameAsGit(made: GitRepository, pack: PackContents): void {
  const objects = made.objects();
  expect(pack.objects).toBe(objects.length);
  expect(pack.contentDigest).toBe(digestOf(objects.map(({ id }) => id)));
  expect(objects.map(({ id }) => pack.type(id))).toEqual(objects.map(({ type }) => type));
  const commits = made.git(['log', '--all', '--format=%H %T %P']).split('\n').filter(Boolean);
  expect([...pack.commitIds].sort()).toEqual(commits.map((line) => line.split(' ')[0]).sort());
  for (const line of commits) {
    const [id = '', tree, ...parents] = line.trim().split(' ');
    expect(pack.commit(id)).toMatchObject({ tree, parents, author: expect.stringContaining('a@example.com') });
  }
  const trees = objects.filter(({ type }) => type === 'tree').slice(0, 40);
  for (const { id } of trees) {
    const entries = made.raw(['ls-tree', '-z', id]).toString().split('\0').filter(Boolean);
    const ours = pack
      .tree(id)
      ?.map((entry) => `${entry.mode} ${made.objectType(entry.mode)} ${entry.id}\t${entry.name}`);
    expect(ours).toEqual(entries);
  }
}

describe('readPack and git', () => {
  it.each([
    ['OFS deltas', ['--delta-base-offset', '--depth=250', '--window=50']],
    ['REF deltas', ['--no-delta-base-offset', '--depth=50']],
    ['no deltas', ['--window=0']],
  ])('agree on generated histories with %s', async (_, options) => {
    for (const seed of [1, 2, 3]) {
      const made = repository();
      const random = new Random(seed);
      randomHistory(made, random, 80);
      made.git(['tag', '-a', '-m', 'a tag', 'v1', 'c10']);
      const pack = made.pack(['--all'], '--no-reuse-delta', ...options);
      const contents = await read(pack, 'sha1', 1 + random.below(9000), 1 + random.below(100), 65_536);
      expectSameAsGit(made, contents);
      expect(contents.tag(made.git(['rev-parse', 'v1']))).toMatchObject({
        object: made.git(['rev-parse', 'c10']),
        type: 'commit',
        name: 'v1',
        message: 'a tag\n',
      });
    }
  });

  it('agree on a SHA-256 repository', async () => {
    const made = repository('sha256');
    randomHistory(made, new Random(5), 60);
    expectSameAsGit(made, await read(made.pack(['--all'], '--delta-base-offset'), 'sha256', 777));
  });

  it('agree on an empty repository', async () => {
    expectSameAsGit(repository(), await read(repository().pack(['--all'])));
  });

  it('agree on deep chains of files too large to be resolved while they arrive', async () => {
    const made = repository();
    const random = new Random(9);
    let text = Array.from({ length: 600 }, () => random.text(25)).join('');
    const commits = Array.from({ length: 60 }, (_, i) => {
      const at = random.below(text.length);
      text = `${text.slice(0, at)}${i}${text.slice(at)}`;
      return `commit refs/heads/main\ncommitter A <a@example.com> ${1_700_000_000 + i} +0000\ndata 0\nM 100644 inline big.txt\ndata ${Buffer.byteLength(text)}\n${text}\n`;
    });
    made.git(['fast-import', '--quiet', '--depth=0'], commits.join(''));
    const pack = made.pack(['--all'], '--delta-base-offset', '--depth=250', '--no-reuse-delta');
    expect(Buffer.byteLength(text)).toBeGreaterThan(512 * 1024);
    expect(pack.length).toBeLessThan(2_000_000);
    expectSameAsGit(made, await read(pack));
  });

  it('agree on a blob of 20 MB and files that compress well', async () => {
    const made = repository();
    writeFileSync(join(made.path, 'random'), randomBytes(20_000_000));
    writeFileSync(join(made.path, 'zeros'), Buffer.alloc(30_000_000));
    writeFileSync(join(made.path, 'empty'), '');
    mkdirSync(join(made.path, 'folder'));
    writeFileSync(join(made.path, 'folder', 'text'), new Random(4).text(20_000));
    made.git(['add', '-A']);
    made.git(['-c', 'user.email=a@example.com', 'commit', '-qm', 'files']);
    expectSameAsGit(made, await read(made.pack(['--all'])));
  });

  it('refuses the thin pack of a real push, and reads the same push made with --no-thin', async () => {
    const made = repository();
    const text = new Random(8).text(3000);
    for (const line of ['one', 'two']) {
      writeFileSync(join(made.path, 'file'), text + line);
      made.git(['add', '-A']);
      made.git(['-c', 'user.email=a@example.com', 'commit', '-qm', line]);
    }
    await expect(read(made.pack(['main', '^main~1'], '--thin'))).rejects.toMatchObject({ code: 'push_unreadable' });
    expect(await read(made.pack(['main', '^main~1']))).toMatchObject({ objects: 3 });
  });

  it('refuses whatever git index-pack refuses, and reads the same objects where git does not', async () => {
    const made = repository();
    const random = new Random(11);
    randomHistory(made, random, 6);
    const body = made.pack(['--all'], '--delta-base-offset').subarray(0, -20);
    const outcomes = { accepted: 0, refused: 0 };
    for (let round = 0; round < 120; round++) {
      const hurt = Buffer.from(body);
      for (let i = random.below(2); i >= 0; i--) hurt[random.below(hurt.length)] = random.below(256);
      const pack = withChecksum(random.chance(20) ? hurt.subarray(0, random.below(hurt.length)) : hurt);
      const git = made.indexPack(pack);
      const ours: unknown = await read(pack, 'sha1', 500).catch((error: unknown) => error);
      if (ours instanceof Error) expect(ours).toMatchObject({ name: 'HoldshortError' });
      else
        expect(git === undefined ? ['refused by git', round] : (ours as PackContents).contentDigest).toEqual(
          digestOf(git ?? []),
        );
      outcomes[ours instanceof Error ? 'refused' : 'accepted']++;
    }
    expect(outcomes.refused).toBeGreaterThan(50);
  });
});
