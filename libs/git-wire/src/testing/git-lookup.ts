import type { FoundCommit, History, ObjectLookup } from '../object-lookup.js';
import type { TreeEntry } from '../git-objects.js';
import { parseCommit } from '../git-objects.js';
import type { GitRepository } from './git-repository.js';

/** Answers like GitHub, from a repository and only for what the given revisions reach; counts the questions. */
export class GitLookup implements ObjectLookup {
  questions = 0;
  private readonly known: Set<string>;

  constructor(
    private readonly repository: GitRepository,
    revisions: string[],
    private readonly tip?: string | null,
  ) {
    const lines = revisions.length === 0 ? '' : repository.git(['rev-list', '--objects', ...revisions]);
    this.known = new Set(lines.split('\n').map((line) => line.split(' ')[0] ?? ''));
  }

  commits(ids: readonly string[]): Promise<Map<string, FoundCommit>> {
    this.questions++;
    const found = ids.filter((id) => this.known.has(id)).map((id) => [id, this.commit(id)] as const);
    return Promise.resolve(new Map(found));
  }

  trees(ids: readonly string[]): Promise<Map<string, TreeEntry[]>> {
    this.questions++;
    return Promise.resolve(new Map(ids.filter((id) => this.known.has(id)).map((id) => [id, this.tree(id)])));
  }

  history(tips: readonly string[], known: readonly string[]): Promise<History | undefined> {
    this.questions++;
    if (tips.some((tip) => !this.known.has(tip))) return Promise.resolve(undefined);
    const had = known.filter((id) => this.known.has(id)).map((id) => `^${id}`);
    const lines = this.repository
      .git(['rev-list', '--parents', ...tips, ...had])
      .split('\n')
      .filter(Boolean);
    return Promise.resolve(new Map(lines.map((line) => line.split(' ')).map(([id = '', ...parents]) => [id, parents])));
  }

  defaultTip(): Promise<string | null | undefined> {
    this.questions++;
    return Promise.resolve(this.tip);
  }

  private commit(id: string): FoundCommit {
    const own = this.repository.git(['rev-parse', `${id}^{commit}`]);
    return { id: own, commit: parseCommit(this.repository.raw(['cat-file', 'commit', own])) };
  }

  private tree(id: string): TreeEntry[] {
    return this.repository.raw(['ls-tree', '-z', id]).toString().split('\0').filter(Boolean).map(treeEntry);
  }
}

function treeEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode = '', , id = ''] = line.slice(0, tab).split(' ');
  return { mode, id, name: line.slice(tab + 1) };
}
