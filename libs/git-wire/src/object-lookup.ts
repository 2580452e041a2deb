import type { Commit, TreeEntry } from './git-objects.js';

/** A commit and its own id, which is another than the one asked for where that was a tag. */
export interface FoundCommit {
  id: string;
  commit: Commit;
}

/** Commits by id, with their parents. */
export type History = ReadonlyMap<string, readonly string[]>;

/**
 * Asks GitHub, through the lease of the push, for what the pack does not hold. What is absent from an answer, or
 * `undefined`, could not be found out: it is then judged as the gravest case.
 */
export interface ObjectLookup {
  /** By the ids asked for; tags are followed. */
  commits(ids: readonly string[]): Promise<ReadonlyMap<string, FoundCommit>>;
  trees(ids: readonly string[]): Promise<ReadonlyMap<string, readonly TreeEntry[]>>;
  /** All commits that any of `tips` reaches and none of `known` does. Every tip must exist. */
  history(tips: readonly string[], known: readonly string[]): Promise<History | undefined>;
  /** The tip of the default branch; null: the repository has no commit. */
  defaultTip(): Promise<string | null | undefined>;
}

/** Knows nothing: every fact that the pack does not hold is then unknown. */
export const NO_LOOKUP: ObjectLookup = {
  commits: () => Promise.resolve(new Map<string, FoundCommit>()),
  trees: () => Promise.resolve(new Map<string, TreeEntry[]>()),
  history: () => Promise.resolve(undefined),
  defaultTip: () => Promise.resolve(undefined),
};
