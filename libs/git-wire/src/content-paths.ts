import { at, grown } from './grown.js';
import type { PackContents } from './pack-contents.js';

export interface ContentPathLimits {
  /** Different paths that are remembered. */
  paths: number;
  /** Pairs of a blob and a path. */
  pairs: number;
}

/** About 20 MB of texts and 36 MB of tables at most, reached by no push that is not the import of a large history. */
const DEFAULT_LIMITS: ContentPathLimits = { paths: 150_000, pairs: 3_000_000 };

/**
 * Under which paths, and in which commits, the new blobs of a push appear: filled while commits are compared, so it
 * costs one entry per difference. In typed arrays; each path's text is held once.
 */
export class ContentPaths {
  private readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();
  private heads = new Int32Array(64);
  private next = new Int32Array(64);
  private pathOf = new Int32Array(64);
  private commitOf = new Int32Array(64);
  private readonly cut = new Set<number>();
  /** Pairs are numbered from 1, so that zeroed tables are empty lists. */
  private pairs = 0;

  constructor(
    readonly pack: PackContents,
    private readonly limits: ContentPathLimits = DEFAULT_LIMITS,
  ) {}

  /** `commit`, or a tag's target, has the blob `id` at `path`. Blobs that the pack does not hold are not new. */
  add(id: string, path: string, commit: string): void {
    const key = this.pack.key(id);
    if (key < 0) return;
    const number = this.numberOf(path);
    if (number === undefined || this.pairs >= this.limits.pairs) {
      if (this.cut.size < this.limits.pairs) this.cut.add(key);
      return;
    }
    this.heads = grown(this.heads, key + 1, (length) => new Int32Array(length));
    if (this.isHead(key, number)) return;
    const pair = ++this.pairs;
    this.next = grown(this.next, pair + 1, (length) => new Int32Array(length));
    this.pathOf = grown(this.pathOf, pair + 1, (length) => new Int32Array(length));
    this.commitOf = grown(this.commitOf, pair + 1, (length) => new Int32Array(length));
    this.pathOf[pair] = number;
    this.commitOf[pair] = this.pack.key(commit);
    this.next[pair] = at(this.heads, key);
    this.heads[key] = pair;
  }

  /** @returns paths sorted; commits of the pack, those compared last (the older ones) first */
  of(id: string): { paths: string[]; commits: string[]; complete: boolean } {
    const key = this.pack.key(id);
    const [paths, commits] = [new Set<string>(), new Set<number>()];
    for (let pair = this.heads[key] ?? 0; pair > 0; pair = at(this.next, pair)) {
      paths.add(this.texts[at(this.pathOf, pair)] ?? '');
      commits.add(at(this.commitOf, pair));
    }
    const ids = [...commits].filter((commit) => commit >= 0).map((commit) => this.pack.idAt(commit));
    return { paths: [...paths].sort(), commits: ids, complete: !this.cut.has(key) };
  }

  /** A merge shows the same pair once per parent. */
  private isHead(key: number, number: number): boolean {
    const head = at(this.heads, key);
    return head > 0 && at(this.pathOf, head) === number;
  }

  private numberOf(path: string): number | undefined {
    const known = this.numbers.get(path);
    if (known !== undefined) return known;
    if (this.texts.length >= this.limits.paths) return undefined;
    this.numbers.set(path, this.texts.length);
    return this.texts.push(path) - 1;
  }
}
