import { fastImportStream, type NewCommit, type Signature } from './fast-import.js';
import { ObjectReader } from './object-reader.js';
import { parseCommit, parseTree, type CommitObject, type TreeEntry } from './parse-object.js';
import { GitFailed, type GitProgram } from './run-git.js';

export interface GitRef {
  ref: string;
  id: string;
  type: string;
}

const ID = /^[0-9a-f]{40}$/;
/** git-check-ref-format, near enough: no revision syntax can hide in a name. */
const BAD_REF = /(^|\/)\.|\.\.|[\s~^:?*[\\\x00-\x1f\x7f]|@\{|\/$|^\/|\/\/|\.lock($|\/)|\.$|^-/;

export const isRefName = (name: string): boolean => name !== '' && !BAD_REF.test(name);

const ZERO_ID = '0'.repeat(40);

/** A bare repository on disk, read and changed by git itself. */
export class GitRepository {
  readonly #reader: ObjectReader;

  constructor(
    readonly git: GitProgram,
    readonly gitDir: string,
  ) {
    this.#reader = new ObjectReader(git, gitDir);
  }

  close(): void {
    this.#reader.close();
  }

  run(
    args: readonly string[],
    options: { input?: string | Buffer; env?: Record<string, string> } = {},
  ): Promise<Buffer> {
    return this.git.run(this.gitDir, args, options);
  }

  async text(args: readonly string[], options: { input?: string | Buffer } = {}): Promise<string> {
    return (await this.run(args, options)).toString('utf8').trimEnd();
  }

  read(name: string): ReturnType<ObjectReader['read']> {
    return this.#reader.read(name);
  }

  /** Refs below `prefix` (`refs/heads/`), by name. */
  async refs(prefix: string): Promise<GitRef[]> {
    const out = await this.text(['for-each-ref', '--format=%(refname) %(objectname) %(objecttype)', prefix]);
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' '))
      .map(([ref = '', id = '', type = '']) => ({ ref, id, type }));
  }

  /** The object that a fully qualified ref names, unpeeled. */
  async refTarget(ref: string): Promise<GitRef | null> {
    if (!isRefName(ref) || !ref.startsWith('refs/')) return null;
    const object = await this.read(ref);
    return object && { ref, id: object.id, type: object.type };
  }

  /** A branch, tag, ref or full id, as GitHub's REST takes them, to its commit. */
  async commitOf(name: string): Promise<CommitObject | null> {
    const candidates = ID.test(name) ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`, name];
    for (const candidate of candidates) {
      if (
        !ID.test(candidate) &&
        (!isRefName(candidate) || (candidate === name && !/^(refs\/|HEAD$|[0-9a-f]{7,39}$)/.test(name)))
      )
        continue;
      const object = await this.read(`${candidate}^{commit}`);
      if (object?.type === 'commit') return parseCommit(object.id, object.content);
    }
    return null;
  }

  async tree(id: string): Promise<TreeEntry[] | null> {
    const object = await this.read(`${id}^{tree}`);
    return object?.type === 'tree' ? parseTree(object.content) : null;
  }

  /** The entry at `path` below a commit, `null` where there is none. */
  async entryAt(commit: string, path: string): Promise<TreeEntry | null> {
    const parts = path.split('/').filter((part) => part !== '');
    let entry: TreeEntry = { mode: '040000', type: 'tree', id: `${commit}^{tree}`, name: '' };
    for (const part of parts) {
      const entries = entry.type === 'tree' ? await this.tree(entry.id) : null;
      const next = entries?.find(({ name }) => name === part);
      if (!next) return null;
      entry = next;
    }
    return entry;
  }

  /**
   * Sets a ref; `expected` is the value it must have, `null` for a new ref, undefined for whatever it has.
   * @throws GitFailed where it has another value
   */
  async setRef(ref: string, id: string | null, expected?: string | null): Promise<void> {
    const old = expected === undefined ? [] : [expected ?? ZERO_ID];
    await this.run(id === null ? ['update-ref', '-d', ref, ...old] : ['update-ref', ref, id, ...old]);
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    try {
      await this.run(['merge-base', '--is-ancestor', ancestor, descendant]);
      return true;
    } catch (error) {
      if (error instanceof GitFailed && error.status === 1) return false;
      throw error;
    }
  }

  async mergeBase(one: string, other: string): Promise<string | null> {
    try {
      return await this.text(['merge-base', one, other]);
    } catch (error) {
      if (error instanceof GitFailed && error.status === 1) return null;
      throw error;
    }
  }

  /** The merged tree of two commits, `null` on a conflict. */
  async mergedTree(base: string, head: string): Promise<string | null> {
    try {
      return (
        (await this.text(['merge-tree', '--write-tree', '--allow-unrelated-histories', base, head])).split('\n')[0] ??
        null
      );
    } catch (error) {
      if (error instanceof GitFailed && error.status === 1) return null;
      throw error;
    }
  }

  writeBlob(content: Buffer): Promise<string> {
    return this.text(['hash-object', '-w', '--stdin'], { input: content });
  }

  async writeCommit(tree: string, parents: readonly string[], message: string, by: CommitSignatures): Promise<string> {
    const committer = by.committer ?? by.author;
    const env = {
      GIT_AUTHOR_NAME: by.author.name,
      GIT_AUTHOR_EMAIL: by.author.email,
      GIT_AUTHOR_DATE: `${String(by.author.time)} +0000`,
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.email,
      GIT_COMMITTER_DATE: `${String(committer.time)} +0000`,
    };
    const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])];
    return (await this.run(args, { input: message, env })).toString('utf8').trim();
  }

  /** Writes commits and moves their refs. */
  async writeCommits(commits: readonly NewCommit[]): Promise<void> {
    await this.run(['fast-import', '--quiet', '--done'], { input: fastImportStream(commits) });
  }
}

export interface CommitSignatures {
  author: Signature;
  committer?: Signature;
}
