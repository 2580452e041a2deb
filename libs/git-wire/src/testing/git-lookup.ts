import type { ObjectLookup } from '../object-view.js';
import type { TreeEntry } from '../git-objects.js';
import type { GitRepository } from './git-repository.js';

/** Answers like GitHub, from a repository and only for what the given revisions reach; counts the questions. */
export class GitLookup implements ObjectLookup {
  questions = 0;
  private readonly known: Set<string>;

  constructor(
    private readonly repository: GitRepository,
    revisions: string[],
  ) {
    const lines = revisions.length === 0 ? '' : repository.git(['rev-list', '--objects', ...revisions]);
    this.known = new Set(lines.split('\n').map((line) => line.split(' ')[0] ?? ''));
  }

  isAncestor(ancestor: string, descendant: string): Promise<boolean | undefined> {
    this.questions++;
    if (!this.known.has(ancestor) || !this.known.has(descendant)) return Promise.resolve(undefined);
    return Promise.resolve(this.repository.isAncestor(ancestor, descendant));
  }

  tree(id: string): Promise<TreeEntry[] | undefined> {
    this.questions++;
    if (!this.known.has(id)) return Promise.resolve(undefined);
    const lines = this.repository.raw(['ls-tree', '-z', id]).toString().split('\0').filter(Boolean);
    return Promise.resolve(lines.map(treeEntry));
  }

  commitTree(id: string): Promise<string | undefined> {
    this.questions++;
    return Promise.resolve(this.known.has(id) ? this.repository.git(['rev-parse', `${id}^{tree}`]) : undefined);
  }
}

function treeEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode = '', , id = ''] = line.slice(0, tab).split(' ');
  return { mode, id, name: line.slice(tab + 1) };
}
