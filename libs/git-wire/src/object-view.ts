import type { TreeEntry } from './git-objects.js';
import { tooLarge } from './git-protocol-error.js';
import type { PackContents } from './pack-contents.js';

/** Asks GitHub, through the lease of the push, for what the pack does not hold. `undefined` means: could not be found out. */
export interface ObjectLookup {
  isAncestor(ancestor: string, descendant: string): Promise<boolean | undefined>;
  /** Entries of a tree; names as GitHub gives them, modes of five or six octal digits. */
  tree(id: string): Promise<TreeEntry[] | undefined>;
  /** The tree of a commit; tags may be followed. */
  commitTree(id: string): Promise<string | undefined>;
}

/** Knows nothing: every fact that the pack does not hold is then unknown. */
export const NO_LOOKUP: ObjectLookup = {
  isAncestor: () => Promise.resolve(undefined),
  tree: () => Promise.resolve(undefined),
  commitTree: () => Promise.resolve(undefined),
};

export interface SummaryLimits {
  /** Paths listed per ref; classes are found in all of them. */
  paths: number;
  /** Questions to GitHub per push; after them everything is unknown. */
  lookups: number;
  /** Commits looked at per push, each once per ref that reaches it. */
  commits: number;
  /** Trees compared per push. Ten nested trees of ten names each make ten billion paths out of ten objects. */
  trees: number;
}

/** Two million trees are about ten seconds of one core. */
export const DEFAULT_SUMMARY_LIMITS: SummaryLimits = {
  paths: 10_000,
  lookups: 2000,
  commits: 3_000_000,
  trees: 2_000_000,
};

const EMPTY_TREES = new Set([
  '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
]);

/** Objects of the pack and, lazily and each once, of GitHub; counts what a push costs to judge. */
export class ObjectView {
  private readonly trees = new Map<string, Promise<TreeEntry[] | undefined>>();
  private readonly roots = new Map<string, Promise<string | undefined>>();
  private asked = 0;
  private commitsSeen = 0;
  private treesSeen = 0;

  constructor(
    readonly pack: PackContents | null,
    private readonly lookup: ObjectLookup,
    readonly limits: SummaryLimits,
  ) {}

  async tree(id: string): Promise<TreeEntry[] | undefined> {
    if (++this.treesSeen > this.limits.trees)
      throw tooLarge('its folders take too long to compare', 'Push fewer refs or commits at a time.');
    if (EMPTY_TREES.has(id)) return [];
    return this.pack?.tree(id) ?? (await this.ask(this.trees, id, () => this.lookup.tree(id)));
  }

  async commitTree(id: string): Promise<string | undefined> {
    const tree = this.pack?.commit(id)?.tree;
    return tree ?? (await this.ask(this.roots, id, () => this.lookup.commitTree(id)));
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean | undefined> {
    if (ancestor === descendant) return true;
    return ++this.asked > this.limits.lookups ? undefined : this.lookup.isAncestor(ancestor, descendant);
  }

  countCommit(): void {
    if (++this.commitsSeen > this.limits.commits)
      throw tooLarge('its refs reach too many commits', 'Push fewer refs at a time.');
  }

  private async ask<T>(
    memo: Map<string, Promise<T | undefined>>,
    id: string,
    question: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const known = memo.get(id);
    if (known !== undefined) return known;
    const answer = ++this.asked > this.limits.lookups ? Promise.resolve(undefined) : question();
    memo.set(id, answer);
    return answer;
  }
}
