import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContentPaths } from './content-paths.js';
import { fileScratch } from './file-scratch.js';
import { newContents } from './new-contents.js';
import type { NewContent } from './new-contents.js';
import { readPack } from './pack-reader.js';
import { summarisePush } from './push-summary.js';
import { memoryScratch } from './scratch-space.js';
import { drain, streamOf } from './testing/chunks.js';
import { GitLookup } from './testing/git-lookup.js';
import { GitRepository } from './testing/git-repository.js';
import { Random } from './testing/random.js';
import { randomHistory } from './testing/random-history.js';

const ZERO = '0'.repeat(40);

type Read = Omit<NewContent, 'chunks'> & { content: Buffer };

describe('newContents', () => {
  let made: GitRepository;
  let folder: string;

  beforeEach(() => {
    made = new GitRepository();
    folder = mkdtempSync(join(tmpdir(), 'holdshort-git-wire-'));
  });
  afterEach(() => {
    expect(readdirSync(folder)).toEqual([]);
    made.remove();
    rmSync(folder, { recursive: true });
  });

  /** What a scanner would see of the push of these refs to a GitHub that has `has`. */
  async function contents(refs: Record<string, string>, has: string[] = []): Promise<Map<string, Read>> {
    const scratch = await fileScratch(join(folder, 'spool'));
    try {
      const bytes = made.pack([...Object.values(refs), ...has.map((id) => `^${id}`)], '--delta-base-offset');
      const pack = await readPack(streamOf(bytes, 65_536), { objectFormat: 'sha1', scratch });
      const paths = new ContentPaths(pack);
      const commands = Object.entries(refs).map(([ref, newId]) => ({ ref, oldId: ZERO, newId }));
      await summarisePush(commands, pack, new GitLookup(made, has, has[0] ?? null), { contents: paths });
      const read = new Map<string, Read>();
      for await (const { chunks, ...content } of newContents(pack, paths))
        read.set(content.id, { ...content, content: await drain(chunks) });
      return read;
    } finally {
      await scratch.close();
      rmSync(join(folder, 'spool'));
    }
  }

  const found = (read: Map<string, Read>, text: string): Read | undefined =>
    [...read.values()].find(({ content }) => content.includes(text));

  it('gives every object of generated histories as git does, with all paths and only those', async () => {
    const commits = randomHistory(made, new Random(3), 60);
    const refs = Object.fromEntries(commits.map((id, i) => [`refs/heads/c${i}`, id]));
    const read = await contents(refs);
    const objects = made.objects().filter(({ type }) => type !== 'tree');
    expect(read.size).toBe(objects.length);
    for (const { id, type, size } of objects) {
      expect(read.get(id)).toMatchObject({ kind: type, size, pathsComplete: true });
      expect(read.get(id)?.content.equals(made.raw(['cat-file', type, id]))).toBe(true);
    }
    const byGit = new Map<string, Set<string>>();
    for (const commit of commits)
      for (const line of made.raw(['ls-tree', '-rz', commit]).toString().split('\0').filter(Boolean)) {
        const [head = '', path = ''] = line.split('\t');
        const id = head.split(' ')[2] ?? '';
        byGit.set(id, (byGit.get(id) ?? new Set()).add(path));
      }
    const blobs = [...read.values()].filter(({ kind }) => kind === 'blob');
    expect(blobs.length).toBeGreaterThan(50);
    for (const { id, paths } of blobs) expect(paths).toEqual([...(byGit.get(id) ?? [])].sort());
  });

  it('gives an old commit of many, a file renamed later, a tag, a note and an orphan', async () => {
    const file = (path: string, text: string) => `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`;
    const commit = (ref: string, mark: number, text: string, from?: number) =>
      `commit ${ref}\nmark :${mark}\ncommitter A <a@example.com> 1700000000 +0000\ndata ${text.length}\n${text}\n${from === undefined ? '' : `from :${from}\n`}`;
    const marks = made.fastImport(
      [
        commit('refs/heads/main', 1, 'first') + file('README', 'hello'),
        commit('refs/heads/main', 2, 'IN-MESSAGE', 1) + file('old/name', 'IN-OLD-COMMIT') + file('a', 'RENAMED-LATER'),
        commit('refs/heads/main', 3, 'take back', 2) + 'D old/name\nR a b/c\n',
        commit('refs/heads/orphan', 4, 'root') + file('x', 'IN-ORPHAN'),
        commit('refs/notes/commits', 5, 'note') + file('0123', 'IN-NOTE'),
        'tag v1\nfrom :3\ntagger A <a@example.com> 1700000000 +0000\ndata 6\nIN-TAG\n',
      ].join(''),
    );
    const id = (mark: number): string => marks.get(mark) ?? '';
    const refs = {
      'refs/heads/main': id(3),
      'refs/heads/orphan': id(4),
      'refs/notes/commits': id(5),
      'refs/tags/v1': made.git(['rev-parse', 'refs/tags/v1']),
    };
    const read = await contents(refs, [id(1)]);
    expect(found(read, 'IN-OLD-COMMIT')).toMatchObject({ kind: 'blob', paths: ['old/name'], commits: [id(2)] });
    expect(found(read, 'RENAMED-LATER')).toMatchObject({ paths: ['a', 'b/c'], commits: [id(2), id(3)] });
    expect(found(read, 'IN-MESSAGE')).toMatchObject({ kind: 'commit', id: id(2), commits: [id(2)] });
    expect(found(read, 'IN-ORPHAN')).toMatchObject({ paths: ['x'], commits: [id(4)] });
    expect(found(read, 'IN-NOTE')).toMatchObject({ paths: ['0123'], commits: [id(5)] });
    expect(found(read, 'IN-TAG')).toMatchObject({ kind: 'tag', paths: [] });
    expect(found(read, 'hello')).toBeUndefined();
  });

  it('says what is binary and what is a pointer of LFS, and gives large files in pieces', async () => {
    const oid = 'ab'.repeat(32);
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12345\n`;
    const large = new Random(5).bytes(3_000_000);
    const file = (path: string, content: Buffer | string) =>
      Buffer.concat([
        Buffer.from(`M 100644 inline ${path}\ndata ${content.length}\n`),
        Buffer.from(content),
        Buffer.from('\n'),
      ]);
    made.fastImport(
      Buffer.concat([
        Buffer.from('commit refs/heads/main\nmark :1\ncommitter A <a@example.com> 1 +0000\ndata 0\n'),
        file('model.bin', pointer),
        file('large', large),
        file('text', 'just text'),
      ]),
    );
    const read = [...(await contents({ 'refs/heads/main': made.git(['rev-parse', 'main']) })).values()];
    const at = (path: string) => read.find(({ paths }) => paths.includes(path));
    expect(at('model.bin')).toMatchObject({ binary: false, lfs: { oid, size: 12345 } });
    expect(at('large')).toMatchObject({ binary: true, size: large.length });
    expect(at('large')?.content.equals(large)).toBe(true);
    expect(at('text')).toMatchObject({ binary: false });
    expect(at('text')).not.toHaveProperty('lfs');
  });

  it('says when there were more paths than it remembers', async () => {
    made.fastImport(
      `commit refs/heads/main\ncommitter A <a@example.com> 1 +0000\ndata 0\n${['a', 'b', 'c'].map((path) => `M 100644 inline ${path}\ndata 1\n${path}\n`).join('')}\n`,
    );
    const pack = await readPack(streamOf(made.pack(['main'])), { objectFormat: 'sha1', scratch: memoryScratch() });
    const paths = new ContentPaths(pack, { paths: 2, pairs: 10 });
    const newId = made.git(['rev-parse', 'main']);
    await summarisePush([{ ref: 'refs/heads/main', oldId: ZERO, newId }], pack, new GitLookup(made, [], null), {
      contents: paths,
    });
    const ids = ['a', 'b', 'c'].map((path) => made.git(['rev-parse', `main:${path}`]));
    expect(ids.map((id) => paths.of(id).complete).sort()).toEqual([false, true, true]);
  });
});
