import { spawn } from 'node:child_process';
import { ObjectCache } from './object-cache.js';
import { readPack } from './pack-reader.js';
import { summarisePush } from './push-summary.js';
import { RemoteObjects } from './remote-objects.js';
import { memoryScratch } from './scratch-space.js';
import { streamOf } from './testing/chunks.js';
import { GitLookup } from './testing/git-lookup.js';
import { GitRepository } from './testing/git-repository.js';
import { Random } from './testing/random.js';
import { randomHistory } from './testing/random-history.js';

const ZERO = '0'.repeat(40);

/** Asks the real `git upload-pack` of a repository, and counts. */
class Asked {
  questions = 0;
  open = 0;
  bytes = 0;
  readonly failures: unknown[] = [];
  readonly cache = new ObjectCache();
  readonly objects: RemoteObjects;

  constructor(made: GitRepository, reply?: (body: Buffer) => AsyncIterable<Buffer> | undefined) {
    this.objects = new RemoteObjects({
      send: (body) => Promise.resolve(reply ? reply(body) : this.uploadPack(made, body)),
      scratch: () => {
        this.open++;
        const close = () => {
          this.open--;
          return Promise.resolve();
        };
        return Promise.resolve({ ...memoryScratch(), close });
      },
      objectFormat: made.format,
      cache: this.cache,
      repository: 'r',
      onFailure: (error) => this.failures.push(error),
    });
  }

  private async *uploadPack(made: GitRepository, body: Buffer): AsyncGenerator<Buffer> {
    this.questions++;
    const git = spawn('git', ['upload-pack', '--stateless-rpc', made.path], {
      env: { PATH: process.env['PATH'], GIT_PROTOCOL: 'version=2', GIT_CONFIG_NOSYSTEM: '1', HOME: '/nonexistent' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    git.stdin.end(body);
    for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
      this.bytes += chunk.length;
      yield chunk;
    }
  }
}

describe('RemoteObjects', () => {
  const repositories: GitRepository[] = [];
  function repository(format: 'sha1' | 'sha256' = 'sha1'): GitRepository {
    const made = new GitRepository(format);
    made.git(['config', 'uploadpack.allowFilter', 'true']);
    made.git(['config', 'uploadpack.allowAnySHA1InWant', 'true']);
    repositories.push(made);
    return made;
  }
  afterEach(() => {
    for (const made of repositories.splice(0)) made.remove();
  });

  it('fetches contents of files where they are named, within a limit, and keeps none of them', async () => {
    const made = repository();
    const put = (text: string): string => made.git(['hash-object', '-w', '--stdin'], text);
    const [small, other, large] = [put('small'), put('other'), put('x'.repeat(5000))];
    const asked = new Asked(made);
    const found = await asked.objects.blobs([small, other, large, small], 1000);
    expect([...found].map(([id, content]) => [id, content.toString()])).toEqual(
      expect.arrayContaining([
        [small, 'small'],
        [other, 'other'],
      ]),
    );
    expect(found.size).toBe(2);
    expect(asked.questions).toBe(1);
    expect(asked.cache.get('r', small)).toBeUndefined();
    // one that is not there spoils the question for all: each is asked for by itself then
    const some = await asked.objects.blobs([small, 'f'.repeat(40)], 1000);
    expect([...some.keys()]).toEqual([small]);
    expect(asked.questions).toBe(4);
    expect((await asked.objects.blobs([], 1000)).size).toBe(0);
    expect([asked.questions, asked.open]).toEqual([4, 0]);
  });

  it.each(['sha1', 'sha256'] as const)('answers as git does about generated histories (%s)', async (format) => {
    const made = repository(format);
    const random = new Random(21);
    const commits = randomHistory(made, random, 60);
    const asked = new Asked(made);
    const git = new GitLookup(made, commits);
    for (let round = 0; round < 25; round++) {
      const ids = [random.pick(commits), random.pick(commits)];
      const found = await asked.objects.commits(ids);
      expect(found).toEqual(await git.commits(ids));
      const trees = ids.map((id) => found.get(id)?.commit.tree ?? '');
      const entries = await asked.objects.trees(trees);
      expect(entries).toEqual(await git.trees(trees));
      const folders = [...entries.values()].flat().filter(({ mode }) => mode === '040000');
      const below = [...new Set(folders.map(({ id }) => id))];
      expect(await asked.objects.trees(below)).toEqual(await git.trees(below));
      const known = [random.pick(commits)];
      expect(await asked.objects.history(ids, known)).toEqual(await git.history(ids, known));
    }
    expect(await asked.objects.defaultTip()).toBeNull();
    made.git(['update-ref', 'refs/heads/main', commits[7]!]);
    expect(await asked.objects.defaultTip()).toBe(commits[7]);
    expect([asked.failures, asked.open]).toEqual([[], 0]);
  });

  it('follows tags, and finds out nothing about what is not there', async () => {
    const made = repository();
    const [id = ''] = randomHistory(made, new Random(2), 2);
    made.git(['tag', '-a', '-m', 't', 'v1', id]);
    made.git(['tag', '-a', '-m', 't', 'v2', 'v1']);
    const tag = made.git(['rev-parse', 'v2']);
    const asked = new Asked(made);
    expect((await asked.objects.commits([tag])).get(tag)).toMatchObject({ id });
    const nothing = '9'.repeat(40);
    expect(await asked.objects.commits([nothing])).toEqual(new Map());
    expect(await asked.objects.trees([nothing])).toEqual(new Map());
    expect(await asked.objects.history([nothing], [id])).toBeUndefined();
    expect(asked.failures).toHaveLength(3);
    expect(asked.open).toBe(0);
  });

  it('asks once for what it has asked, and nothing about a push that hangs on the one before', async () => {
    const made = repository();
    const commit = (mark: number) =>
      `commit refs/heads/main\nmark :${mark}\ncommitter A <a@example.com> ${mark} +0000\ndata 0\n${mark > 1 ? `from :${mark - 1}\n` : ''}M 100644 inline a/b/c/file\ndata 1\n${mark}\nM 100644 inline d/e/file\ndata 1\n${mark}\n`;
    const marks = made.fastImport([1, 2, 3, 4].map(commit).join(''));
    const asked = new Asked(made);
    const push = async (mark: number) => {
      const [oldId = '', newId = ''] = [marks.get(mark - 1), marks.get(mark)];
      const pack = await readPack(streamOf(made.pack([newId, `^${oldId}`])), {
        objectFormat: 'sha1',
        scratch: memoryScratch(),
      });
      const [change] = await summarisePush([{ ref: 'refs/heads/main', oldId, newId }], pack, asked.objects);
      await asked.objects.remember(pack);
      return change;
    };
    expect(await push(2)).toMatchObject({ kind: 'update', unknown: false, changedPaths: [{}, {}] });
    // The commit with its folder; one question per level of folders, however many there are; and one more, since
    // git leaves out a folder that is in another one that is asked for with it (d/e is a/b/c here).
    expect(asked.questions).toBe(4);
    expect(await push(3)).toMatchObject({ unknown: false, changedPaths: [{}, {}] });
    expect(await push(4)).toMatchObject({ unknown: false, changedPaths: [{}, {}] });
    expect(asked.questions).toBe(4);
  });

  it('costs what the push weighs, not what the repository weighs', async () => {
    const made = repository();
    const files = (count: number) =>
      Array.from(
        { length: count },
        (_, i) => `M 100644 inline d${i % 50}/f${i}\ndata 20\n${String(i).padEnd(20, 'x')}\n`,
      );
    made.fastImport(
      [
        'commit refs/heads/main\nmark :1\ncommitter A <a@example.com> 1 +0000\ndata 0\n',
        ...files(5000),
        'commit refs/heads/main\nmark :2\ncommitter A <a@example.com> 2 +0000\ndata 0\nM 100644 inline d1/f1\ndata 1\nx\n',
      ].join(''),
    );
    const [newId, oldId] = made.git(['rev-list', 'main']).split('\n') as [string, string];
    const asked = new Asked(made);
    const pack = await readPack(streamOf(made.pack([newId, `^${oldId}`])), {
      objectFormat: 'sha1',
      scratch: memoryScratch(),
    });
    const [change] = await summarisePush([{ ref: 'refs/heads/x', oldId, newId }], pack, asked.objects);
    expect(change?.changedPaths).toEqual([expect.objectContaining({ path: 'd1/f1', change: 'modified' })]);
    expect(asked.bytes).toBeLessThan(20_000);
  });

  it.each([
    ['an error packet', '000eERR broken0000'],
    ['a fatal word in the pack', '000dpackfile\n000a\x03oops0000'],
    ['no pack', '0000'],
    ['an end in a packet', '000dpackfile\n0100\x01PACK'],
    ['half a pack', '000dpackfile\n0009\x01PACK0000'],
    ['something else', '<html>'],
  ])('knows nothing after %s', async (_, text) => {
    const asked = new Asked(repository(), () => streamOf(Buffer.from(text, 'latin1'), 3));
    expect(await asked.objects.history([ZERO], [])).toBeUndefined();
    expect(asked.failures).toHaveLength(1);
    expect(asked.open).toBe(0);
  });

  it('knows nothing when it may not ask', async () => {
    const asked = new Asked(repository(), () => undefined);
    expect(await asked.objects.commits([ZERO])).toEqual(new Map());
    expect(await asked.objects.defaultTip()).toBeUndefined();
  });
});

describe('ObjectCache', () => {
  it('drops what was used least recently, keeps repositories apart, and takes nothing that is too large', () => {
    const cache = new ObjectCache(10_000);
    const object = (size: number) => ({ type: 'tree' as const, content: Buffer.alloc(size) });
    cache.put('r', 'first', object(500));
    for (let i = 0; i < 12; i++) {
      cache.put('r', `n${i}`, object(500));
      cache.get('r', 'first');
    }
    expect(cache.size).toBe(13);
    cache.put('r', 'last', object(500));
    cache.put('r', 'last but one', object(500));
    expect([cache.get('r', 'first') !== undefined, cache.get('r', 'n0')]).toEqual([true, undefined]);
    cache.put('r', 'large', object(1000));
    expect([cache.get('r', 'large'), cache.get('other', 'first')]).toEqual([undefined, undefined]);
  });
});
