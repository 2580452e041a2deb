import { createHash } from 'node:crypto';
import { NO_LOOKUP } from './object-lookup.js';
import type { ObjectLookup } from './object-lookup.js';
import type { SummaryLimits } from './object-view.js';
import { readPack } from './pack-reader.js';
import { summarisePush } from './push-summary.js';
import type { RefChange } from './ref-change.js';
import type { TreeEntry } from './git-objects.js';
import { memoryScratch } from './scratch-space.js';
import { streamOf } from './testing/chunks.js';
import { buildPack } from './testing/pack-builder.js';
import type { PackEntry } from './testing/pack-builder.js';

const ZERO = '0'.repeat(40);
const OLD = 'a'.repeat(40);
const NAMES = ['', 'commit', 'tree', 'blob', 'tag'];
const WHO = 'A <a@example.com> 1 +0000';

/** Collects objects of one push. */
class Objects {
  readonly entries: PackEntry[] = [];

  add(type: number, content: Buffer): string {
    const id = createHash('sha1')
      .update(`${NAMES[type] ?? ''} ${content.length}\0`)
      .update(content)
      .digest('hex');
    if (!this.ids.has(id)) this.entries.push({ type, content });
    this.ids.add(id);
    return id;
  }
  private readonly ids = new Set<string>();

  blob(text: string): string {
    return this.add(3, Buffer.from(text));
  }

  tree(...entries: [mode: string, name: string, id: string][]): string {
    return this.add(
      2,
      Buffer.concat(
        entries.map(([mode, name, id]) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])),
      ),
    );
  }

  commit(tree: string, ...parents: string[]): string {
    return this.commitBy(WHO, WHO, tree, ...parents);
  }

  commitBy(author: string, committer: string, tree: string, ...parents: string[]): string {
    const lines = [
      `tree ${tree}`,
      ...parents.map((id) => `parent ${id}`),
      `author ${author}`,
      `committer ${committer}`,
      '',
      'm',
    ];
    return this.add(1, Buffer.from(lines.join('\n')));
  }

  tag(object: string, type = 'commit'): string {
    return this.add(4, Buffer.from(`object ${object}\ntype ${type}\ntag v1\ntagger ${WHO}\n\nt`));
  }
}

interface Case {
  ref?: string;
  oldId?: string;
  lookup?: Partial<ObjectLookup>;
  limits?: Partial<SummaryLimits>;
}

async function summarise(
  objects: Objects,
  newId: string,
  { ref = 'refs/heads/x', oldId = ZERO, lookup = {}, limits = {} }: Case = {},
): Promise<RefChange> {
  const pack = await readPack(streamOf(buildPack(objects.entries)), { objectFormat: 'sha1', scratch: memoryScratch() });
  const [change] = await summarisePush([{ ref, oldId, newId }], pack, { ...NO_LOOKUP, ...lookup }, { limits });
  return change!;
}

const paths = (change: RefChange): string[] => change.changedPaths.map(({ path, change: how }) => `${how} ${path}`);
const answer =
  <T>(value: T) =>
  () =>
    Promise.resolve(value);

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** Commits of GitHub by their trees and parents, and one answer for every tree. */
function github(
  commits: Record<string, { tree?: string; parents?: string[] }>,
  trees: Record<string, TreeEntry[]> = {},
  defaultTip?: string | null,
): ObjectLookup {
  const commit = (id: string) => {
    const { tree = EMPTY_TREE, parents = [] } = commits[id] ?? {};
    return { id, commit: { tree, parents, author: WHO, committer: WHO, signed: false, message: '' } };
  };
  const reach = (tips: readonly string[]): Set<string> => {
    const seen = new Set<string>();
    const open = [...tips];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (!seen.has(id)) open.push(...(commits[id]?.parents ?? []));
      seen.add(id);
    }
    return seen;
  };
  return {
    commits: (ids) =>
      Promise.resolve(new Map(ids.filter((id) => id in commits).map((id) => [id, commit(id)] as const))),
    trees: (ids) => Promise.resolve(new Map(ids.flatMap((id) => (trees[id] ? [[id, trees[id]] as const] : [])))),
    history: (tips, known) => {
      if (tips.some((tip) => !(tip in commits))) return Promise.resolve(undefined);
      const had = reach(known);
      const ids = [...reach(tips)].filter((id) => !had.has(id));
      return Promise.resolve(new Map(ids.map((id) => [id, commits[id]?.parents ?? []])));
    },
    defaultTip: answer(defaultTip),
  };
}

describe('summarisePush', () => {
  it('needs no question for a push of a root commit', async () => {
    const objects = new Objects();
    const workflows = objects.tree([
      '40000',
      'workflows',
      objects.tree(['100644', 'ci.yml', objects.blob('on: push')]),
    ]);
    const change = await summarise(
      objects,
      objects.commit(objects.tree(['40000', '.github', workflows], ['100644', 'a', objects.blob('a')])),
    );
    expect(change).toMatchObject({ kind: 'create', commits: 1, unknown: false, pathClasses: ['workflow'] });
    expect(paths(change)).toEqual(['added .github/workflows/ci.yml', 'added a']);
  });

  it('calls an update without proof a force push of which it does not know everything', async () => {
    const objects = new Objects();
    const tip = objects.commit(objects.tree(['100644', 'a', objects.blob('a')]), 'b'.repeat(40));
    expect(await summarise(objects, tip, { oldId: OLD })).toMatchObject({ kind: 'force', unknown: true });
    const [b, c] = ['b'.repeat(40), 'c'.repeat(40)];
    const apart = github({ [b]: { parents: [c] }, [c]: {}, [OLD]: {} });
    expect(await summarise(objects, tip, { oldId: OLD, lookup: apart })).toMatchObject({
      kind: 'force',
      unknown: false,
    });
    const between = github({ [b]: { parents: [c] }, [c]: { parents: [OLD] }, [OLD]: {} });
    expect(await summarise(objects, tip, { oldId: OLD, lookup: between })).toMatchObject({
      kind: 'update',
      unknown: false,
    });
  });

  it('shows what a merge changes beside both parents, and what a later commit takes back', async () => {
    const objects = new Objects();
    const [a, b] = [objects.blob('a'), objects.blob('b')];
    const base = objects.commit(objects.tree(['100644', 'a', a]));
    const side = objects.commit(objects.tree(['100644', 'a', a], ['100644', 'b', b]), base);
    const evil = objects.commit(
      objects.tree(['100644', 'CODEOWNERS', b], ['100644', 'a', a], ['100644', 'b', b]),
      base,
      side,
    );
    const back = objects.commit(objects.tree(['100644', 'a', a], ['100644', 'b', b]), evil);
    const change = await summarise(objects, back, { oldId: base });
    expect(change).toMatchObject({ kind: 'update', commits: 3, pathClasses: ['codeowners'], unknown: false });
    expect(paths(change)).toEqual(['deleted CODEOWNERS', 'added b']);
  });

  it('lists whoever made a commit, once, in one spelling, and says where they are too many', async () => {
    const objects = new Objects();
    const tree = objects.tree(['100644', 'a', objects.blob('a')]);
    const first = objects.commitBy('Sam <Sam@Example.com> 1 +0000', 'no address 1 +0000', tree);
    const tip = objects.commitBy('Sam <sam@example.com> 2 +0000', WHO, tree, first);
    expect(await summarise(objects, tip)).toMatchObject({
      authors: ['a@example.com', 'sam@example.com'],
      authorsTruncated: false,
    });
    const cut = await summarise(objects, tip, { limits: { authors: 1 } });
    expect(cut.authors).toHaveLength(1);
    expect(cut.authorsTruncated).toBe(true);
  });

  it('follows an annotated tag, and calls a tag that moves forced', async () => {
    const objects = new Objects();
    const root = objects.commit(objects.tree(['100644', 'a', objects.blob('a')]));
    const tag = objects.tag(objects.tag(root), 'tag');
    expect(await summarise(objects, tag, { ref: 'refs/tags/v1' })).toMatchObject({
      kind: 'create',
      commits: 1,
      unknown: false,
    });
    expect(await summarise(objects, tag, { ref: 'refs/tags/v1', oldId: root })).toMatchObject({
      kind: 'force',
      commits: 0,
    });
    await expect(summarise(objects, objects.tag(root, 'tree'))).rejects.toMatchObject({ code: 'push_unreadable' });
  });

  it('judges a ref to commits that GitHub has by what they change', async () => {
    const [base, theirs, mine] = ['1', '2', '3'].map((digit) => digit.repeat(40));
    const commits = {
      [base!]: {},
      [theirs!]: { parents: [base!], tree: '5'.repeat(40) },
      [mine!]: { parents: [base!], tree: '6'.repeat(40) },
    };
    const trees = {
      ['5'.repeat(40)]: [{ mode: '100644', name: 'new', id: OLD }],
      ['6'.repeat(40)]: [{ mode: '100644', name: 'package.json', id: OLD }],
    };
    const at = (newId: string, oldId = ZERO, defaultTip: string | null | undefined = mine) =>
      summarise(new Objects(), newId, { oldId, lookup: github(commits, trees, defaultTip) });
    expect(await at(base!)).toMatchObject({ kind: 'create', commits: 0, unknown: false, changedPaths: [] });
    const created = await at(theirs!);
    expect(created).toMatchObject({ kind: 'create', commits: 0, unknown: false, pathClasses: [] });
    expect(paths(created)).toEqual(['added new']);
    const updated = await at(theirs!, base);
    expect(updated).toMatchObject({ kind: 'update', unknown: false });
    expect(paths(updated)).toEqual(['added new']);
    expect(await at(theirs!, mine)).toMatchObject({ kind: 'force', pathClasses: ['dependency-manifest'] });
    // no such commit, no default branch to compare with, and no way to ask
    expect(await at('9'.repeat(40))).toMatchObject({ kind: 'create', unknown: true });
    expect(await at(theirs!, ZERO, null)).toMatchObject({ kind: 'create', unknown: true });
    expect(await summarise(new Objects(), OLD)).toMatchObject({ kind: 'create', commits: 0, unknown: true });
  });

  it('reports a folder by name when its content is neither in the pack nor to be had', async () => {
    const objects = new Objects();
    const tip = objects.commit(objects.tree(['40000', '.github', 'd'.repeat(40)]));
    const change = await summarise(objects, tip);
    expect(change).toMatchObject({ unknown: true, pathClasses: ['codeowners', 'workflow'] });
    expect(paths(change)).toEqual(['modified .github']);
  });

  it('sees a folder that becomes a symlink or a submodule', async () => {
    const objects = new Objects();
    const inner = objects.tree(['100644', 'f', objects.blob('f')]);
    const before = objects.commit(objects.tree(['40000', '.github', inner], ['100644', 'x', objects.blob('x')]));
    const after = objects.commit(objects.tree(['120000', '.github', objects.blob('x')], ['160000', 'x', OLD]), before);
    expect(paths(await summarise(objects, after, { oldId: before }))).toEqual([
      'added .github',
      'deleted .github/f',
      'type x',
    ]);
  });

  it('lists everything under a ref to a tree but does not claim to know it', async () => {
    const objects = new Objects();
    const tree = objects.tree(['100644', 'a', objects.blob('a')]);
    const change = await summarise(objects, tree, { ref: 'refs/notes/x' });
    expect([change.unknown, ...paths(change)]).toEqual([true, 'added a']);
    expect(await summarise(objects, objects.blob('b'), { oldId: OLD })).toMatchObject({ kind: 'force', unknown: true });
  });

  it('reports a deletion without asking', async () => {
    const [change] = await summarisePush([{ ref: 'refs/heads/x', oldId: OLD, newId: ZERO }], null, NO_LOOKUP);
    expect(change).toEqual({
      ref: 'refs/heads/x',
      oldId: OLD,
      newId: ZERO,
      kind: 'delete',
      isTag: false,
      tags: [],
      commits: 0,
      commitDetails: [],
      signedCommits: 0,
      assistants: [],
      authors: [],
      authorsTruncated: false,
      changedPaths: [],
      pathClasses: [],
      bytes: 0,
      truncated: false,
      unknown: false,
    });
  });

  it('finds classes beyond the paths that it lists', async () => {
    const objects = new Objects();
    const blob = objects.blob('a');
    const tree = objects.tree(['100644', 'a', blob], ['100644', 'b', blob], ['100644', 'package.json', blob]);
    const change = await summarise(objects, objects.commit(tree), { limits: { paths: 2 } });
    expect(change).toMatchObject({ truncated: true, pathClasses: ['dependency-manifest'], unknown: false });
    expect(change.changedPaths).toHaveLength(2);
  });

  it('stops at nested trees that make billions of paths, and at refs that reach too much', async () => {
    const objects = new Objects();
    let tree = objects.tree(['100644', 'a', objects.blob('a')]);
    for (let depth = 0; depth < 10; depth++)
      tree = objects.tree(...Array.from('abcdefghij').map((name): [string, string, string] => ['40000', name, tree]));
    const tip = objects.commit(tree);
    await expect(summarise(objects, tip, { limits: { trees: 5000 } })).rejects.toMatchObject({
      code: 'push_too_large',
    });
    await expect(summarise(objects, objects.commit(tree, tip), { limits: { commits: 1 } })).rejects.toMatchObject({
      code: 'push_too_large',
    });
  });

  it('stops asking at the limit and says so', async () => {
    const objects = new Objects();
    let asked = 0;
    const lookup = {
      ...github(Object.fromEntries(Array.from('12345678').map((digit) => [digit.repeat(40), {}]))),
      trees: (ids: readonly string[]) => {
        asked += ids.length;
        return Promise.resolve(new Map(ids.map((id) => [id, []])));
      },
    };
    const folder = (digit: number) => String(digit).repeat(40);
    const tree = objects.tree(...[1, 2, 3, 4].map((n): [string, string, string] => ['40000', `f${n}`, folder(n)]));
    const tip = objects.commit(tree, folder(1));
    expect(await summarise(objects, tip, { lookup, limits: { lookups: 3 } })).toMatchObject({ unknown: true });
    expect(asked).toBe(0);
  });

  it.each<[string, (objects: Objects) => string]>([
    ['an unsorted tree', (o) => o.tree(['100644', 'b', OLD], ['100644', 'a', OLD])],
    ['a name twice', (o) => o.tree(['100644', 'a', OLD], ['100644', 'a', OLD])],
    [
      'a file and a folder of one name',
      (o) => o.tree(['100644', 'a', OLD], ['100644', 'a.b', OLD], ['40000', 'a', OLD]),
    ],
    ['a path for a name', (o) => o.tree(['100644', '.github/workflows/x.yml', OLD])],
    ['a name that leaves the folder', (o) => o.tree(['40000', '..', OLD])],
    ['.git in capitals', (o) => o.tree(['40000', '.GIT', OLD])],
    ['an unknown mode', (o) => o.tree(['100000', 'a', OLD])],
    ['a cut tree', (o) => o.add(2, Buffer.from('100644 a\x00123'))],
  ])('refuses %s', async (_, make) => {
    const objects = new Objects();
    await expect(summarise(objects, objects.commit(make(objects)))).rejects.toMatchObject({ code: 'push_unreadable' });
  });

  it('refuses commits that git reads otherwise', async () => {
    const objects = new Objects();
    const tree = objects.tree();
    for (const text of [
      '',
      `parent ${OLD}`,
      `tree ${tree}\n\n`,
      `tree ${tree}\nauthor ${WHO}\nparent ${OLD}\n\nm`,
      `author ${WHO}\ntree ${tree}\n`,
    ]) {
      const id = objects.add(1, Buffer.from(text));
      await expect(summarise(objects, id)).rejects.toMatchObject({ code: 'push_unreadable' });
    }
  });
});
