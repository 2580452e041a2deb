import { NO_LOOKUP } from './object-lookup.js';
import { readPack } from './pack-reader.js';
import { refDifference, type FileDifference } from './ref-difference.js';
import { memoryScratch } from './scratch-space.js';
import { streamOf } from './testing/chunks.js';
import { GitLookup } from './testing/git-lookup.js';
import { GitRepository } from './testing/git-repository.js';
import { Random } from './testing/random.js';
import { randomHistory } from './testing/random-history.js';

const ZERO = '0'.repeat(40);

const read = (made: GitRepository, newId: string, has: readonly string[]) =>
  readPack(streamOf(made.pack([newId, ...has.map((id) => `^${id}`)], '--delta-base-offset'), 5000), {
    objectFormat: 'sha1',
    scratch: memoryScratch(),
  });

const short = ({ path, from, before, after }: FileDifference): string =>
  `${path} ${from ?? ''} ${before?.id ?? '-'} ${after?.id ?? '-'}`;

/** The same, as `git diff-tree` says it. */
function byGit(made: GitRepository, from: string, to: string): string[] {
  const parts = made.raw(['diff-tree', '-r', '-M100%', '-l0', '-z', '--no-abbrev', from, to]).toString().split('\0');
  const lines: string[] = [];
  for (let at = 0; at + 1 < parts.length;) {
    const [, , old = '', id = '', kind = ''] = (parts[at] ?? '').split(' ');
    const [first = '', second = ''] = [parts[at + 1], parts[at + 2]];
    const isMove = kind.startsWith('R');
    const shown = (entry: string): string => (/^0+$/.test(entry) ? '-' : entry);
    lines.push(`${isMove ? second : first} ${isMove ? first : ''} ${shown(old)} ${shown(id)}`);
    at += isMove ? 3 : 2;
  }
  return lines.sort();
}

describe('refDifference', () => {
  const repositories: GitRepository[] = [];
  function repository(): GitRepository {
    const made = new GitRepository();
    repositories.push(made);
    return made;
  }
  afterEach(() => {
    for (const made of repositories.splice(0)) made.remove();
  });

  it('says of generated histories what git says', async () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      const made = repository();
      const commits = randomHistory(made, new Random(seed), 30);
      const [newId = '', oldId = ''] = [commits.at(-1), commits.at(0)];
      const pack = await read(made, newId, [oldId]);
      const found = await refDifference({ oldId, newId }, pack, new GitLookup(made, [oldId, newId]), 10_000);
      expect(found?.base).toBe(oldId);
      expect(found?.files.map(short).sort()).toEqual(byGit(made, oldId, newId));
    }
  });

  it('compares a new ref with the commit that it left, and lists no more than it is told to', async () => {
    const made = repository();
    const marks = made.fastImport(
      `commit refs/heads/main\nmark :1\ncommitter C <c@example.com> 1 +0000\ndata 1\na\nM 644 inline a\ndata 2\n1\n\n` +
        `commit refs/heads/x\nmark :2\ncommitter C <c@example.com> 2 +0000\ndata 1\nb\nfrom :1\nM 644 inline a\ndata 2\n2\nM 644 inline b\ndata 2\n3\n\n`,
    );
    const [main = '', newId = ''] = [marks.get(1), marks.get(2)];
    const pack = await read(made, newId, [main]);
    const lookup = new GitLookup(made, [main]);
    const found = await refDifference({ oldId: ZERO, newId }, pack, lookup, 10);
    expect([found?.base, found?.files.map(({ path }) => path)]).toEqual([main, ['a', 'b']]);
    const cut = await refDifference({ oldId: ZERO, newId }, pack, lookup, 1);
    expect([cut?.files.length, cut?.more]).toEqual([1, 1]);
    const whole = await read(made, newId, []);
    expect((await refDifference({ oldId: ZERO, newId }, whole, NO_LOOKUP, 10))?.base).toBeNull();
  });

  it('says that an old side is not known, rather than that its files are new', async () => {
    const made = repository();
    const marks = made.fastImport(
      `commit refs/heads/main\nmark :1\ncommitter C <c@example.com> 1 +0000\ndata 1\na\nM 644 inline a\ndata 2\n1\n\n` +
        `commit refs/heads/main\nmark :2\ncommitter C <c@example.com> 2 +0000\ndata 1\nb\nfrom :1\nM 644 inline a\ndata 2\n2\n\n`,
    );
    const [oldId = '', newId = ''] = [marks.get(1), marks.get(2)];
    const found = await refDifference({ oldId, newId }, await read(made, newId, [oldId]), NO_LOOKUP, 10);
    expect(found?.files.map(({ path, unknown }) => [path, unknown])).toEqual([['a', true]]);
  });

  it('has nothing to say of a ref that is deleted', async () => {
    expect(await refDifference({ oldId: 'a'.repeat(40), newId: ZERO }, null, NO_LOOKUP, 10)).toBeUndefined();
  });
});
