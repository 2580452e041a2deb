/** A commit, tree or tag as stored. */
export interface CachedObject {
  type: 'commit' | 'tree' | 'tag';
  content: Buffer;
}

/** About 50,000 trees and commits of usual size. */
const DEFAULT_CAPACITY = 16 * 1024 * 1024;
/** What a map entry with its key weighs, measured. */
const OVERHEAD = 200;

/**
 * Objects of repositories by id, the least recently used dropped first. They are named by their hash, so none grows
 * stale; kept by repository, so that one repository's folders are no answer about another.
 */
export class ObjectCache {
  private readonly entries = new Map<string, CachedObject>();
  private bytes = 0;

  constructor(private readonly capacity = DEFAULT_CAPACITY) {}

  get(repository: string, id: string): CachedObject | undefined {
    const key = `${repository} ${id}`;
    const found = this.entries.get(key);
    if (found === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, found);
    return found;
  }

  /** An object over a sixteenth of the capacity is not kept: it would push out too much else. */
  put(repository: string, id: string, object: CachedObject): void {
    const key = `${repository} ${id}`;
    if (object.content.length > this.capacity / 16 || this.entries.has(key)) return;
    this.entries.set(key, object);
    this.bytes += object.content.length + OVERHEAD;
    for (const [oldest, { content }] of this.entries) {
      if (this.bytes <= this.capacity) break;
      this.entries.delete(oldest);
      this.bytes -= content.length + OVERHEAD;
    }
  }

  get size(): number {
    return this.entries.size;
  }
}
