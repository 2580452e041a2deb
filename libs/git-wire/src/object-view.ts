import { CommitGraph } from './commit-graph.js';
import type { TreeEntry } from './git-objects.js';
import { tooLarge } from './git-protocol-error.js';
import type { FoundCommit, History, ObjectLookup } from './object-lookup.js';
import type { PackContents } from './pack-contents.js';

export interface SummaryLimits {
  /** Paths listed per ref; classes are found in all of them. */
  paths: number;
  /** Objects asked of GitHub per push; after them everything is unknown. */
  lookups: number;
  /** Commits looked at per push, each once per ref that reaches it. */
  commits: number;
  /** Trees compared per push. Ten nested trees of ten names each make ten billion paths out of ten objects. */
  trees: number;
  /** Commits described per ref. */
  commitDetails: number;
  /** Addresses of authors and committers listed per ref. */
  authors: number;
}

/** Two million trees are about ten seconds of one core. */
export const DEFAULT_SUMMARY_LIMITS: SummaryLimits = {
  paths: 10_000,
  lookups: 10_000,
  commits: 3_000_000,
  trees: 2_000_000,
  authors: 5_000, // at 254 bytes each well below the 4 MiB of a gRPC message
  commitDetails: 250, // what GitHub's own list of the commits of a pull request or a comparison holds
};

const EMPTY_TREES = new Set([
  '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
]);

/** The entries of a tree that was asked for; undefined: could not be found out. */
export type KnownTrees = (id: string) => readonly TreeEntry[] | undefined;

/** Objects of the pack and of GitHub; counts what a push costs to judge. */
export class ObjectView {
  /** null when there is no pack. */
  readonly graph: CommitGraph | null;
  /** What the comparisons of a commit have found, by its key: see `ChangedPaths.takeVerdict`. */
  readonly judged = new Map<number, number>();
  private asked = 0;
  private commitsSeen = 0;
  private treesSeen = 0;
  private readonly histories = new Map<string, Promise<History | undefined>>();
  private tip: Promise<string | null | undefined> | undefined;

  constructor(
    readonly pack: PackContents | null,
    private readonly lookup: ObjectLookup,
    readonly limits: SummaryLimits,
  ) {
    this.graph = pack === null ? null : new CommitGraph(pack);
  }

  /** Makes trees readable, those of GitHub by one question. */
  async trees(ids: readonly (string | null | undefined)[]): Promise<KnownTrees> {
    const wanted = ids.filter((id) => id !== null && id !== undefined && !this.holds(id)) as string[];
    const remote = await this.ask(wanted, (distinct) => this.lookup.trees(distinct));
    return (id) => {
      if (++this.treesSeen > this.limits.trees)
        throw tooLarge('its folders take too long to compare', 'Push fewer refs or commits at a time.');
      return EMPTY_TREES.has(id) ? [] : (this.pack?.tree(id) ?? remote.get(id));
    };
  }

  /** Makes commits readable, those of GitHub by one question. */
  async commits(ids: readonly string[]): Promise<(id: string) => FoundCommit | undefined> {
    const wanted = ids.filter((id) => this.pack?.type(id) !== 'commit');
    const remote = await this.ask(wanted, (distinct) => this.lookup.commits(distinct));
    return (id) => {
      const commit = this.pack?.commit(id);
      return commit === undefined ? remote.get(id) : { id, commit };
    };
  }

  /** @returns undefined when nothing could be found out */
  async history(tips: readonly string[], known: readonly string[]): Promise<History | undefined> {
    const open = tips.filter((tip) => !known.includes(tip));
    if (open.length === 0) return new Map();
    // a thousand new refs at one commit are one question
    const question = [...open].sort().join() + '..' + [...known].sort().join();
    const answer = this.histories.get(question) ?? this.askHistory(open, known);
    this.histories.set(question, answer);
    return answer;
  }

  private async askHistory(open: readonly string[], known: readonly string[]): Promise<History | undefined> {
    this.asked += open.length;
    return this.asked > this.limits.lookups ? undefined : this.lookup.history(open, known);
  }

  defaultTip(): Promise<string | null | undefined> {
    this.tip ??= this.lookup.defaultTip();
    return this.tip;
  }

  countCommit(): void {
    if (++this.commitsSeen > this.limits.commits)
      throw tooLarge('its refs reach too many commits', 'Push fewer refs at a time.');
  }

  private holds(id: string): boolean {
    return EMPTY_TREES.has(id) || this.pack?.has(id) === true;
  }

  private async ask<T>(
    ids: readonly string[],
    question: (ids: string[]) => Promise<ReadonlyMap<string, T>>,
  ): Promise<ReadonlyMap<string, T>> {
    const distinct = [...new Set(ids)];
    this.asked += distinct.length;
    if (distinct.length === 0 || this.asked > this.limits.lookups) return new Map<string, T>();
    return question(distinct);
  }
}
