import { at, grown } from './grown.js';
import type { PackContents } from './pack-contents.js';

/** Not looked at yet. */
const UNREAD = 0;

/**
 * Who is whose parent among the commits of a pack, each read once however many refs reach it: by key of the pack, in
 * typed arrays. A parent that the pack does not hold is a negative number, which `outside` gives back as an id.
 */
export class CommitGraph {
  private starts = new Int32Array(64);
  private links = new Int32Array(64);
  /** The first place stays free, since 0 means unread. */
  private used = 1;
  private readonly outsiders: string[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly pack: PackContents) {}

  /** @throws GitProtocolError `push_unreadable` when the commit is malformed */
  parents(key: number): Int32Array {
    this.starts = grown(this.starts, key + 1, (length) => new Int32Array(length));
    if (at(this.starts, key) === UNREAD) this.read(key);
    const start = at(this.starts, key);
    return this.links.subarray(start + 1, start + 1 + at(this.links, start));
  }

  /** The key of a commit, or the number that stands for one outside the pack. */
  numberOf(id: string): number {
    const key = this.pack.type(id) === 'commit' ? this.pack.key(id) : -1;
    if (key >= 0) return key;
    let number = this.numbers.get(id);
    if (number === undefined) {
      number = -this.outsiders.push(id);
      this.numbers.set(id, number);
    }
    return number;
  }

  outside(number: number): string {
    return this.outsiders[-number - 1] ?? '';
  }

  private read(key: number): void {
    const parents = this.pack.commit(this.pack.idAt(key))?.parents ?? [];
    this.links = grown(this.links, this.used + parents.length + 1, (length) => new Int32Array(length));
    this.starts[key] = this.used;
    this.links[this.used++] = parents.length;
    for (const parent of parents) this.links[this.used++] = this.numberOf(parent);
  }
}
