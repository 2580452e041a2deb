import { DeltaLinks } from './delta-links.js';
import type { EntryHeader } from './entry-header.js';
import { EventLoopPause } from './event-loop-pause.js';
import { unreadable } from './git-protocol-error.js';
import type { ObjectIndex } from './object-index.js';
import type { ObjectStore } from './object-store.js';
import type { PackBudget } from './pack-limits.js';

/**
 * Makes objects of deltas. While the pack streams, a delta whose base is still cached is resolved at once; all others
 * wait for the end, when each base's deltas are resolved depth first, so that a base is at hand when it is needed.
 * Iterative, since chains are as long as a peer likes.
 */
export class DeltaResolver {
  private readonly links: DeltaLinks;
  private readonly pause = new EventLoopPause();

  constructor(
    private readonly index: ObjectIndex,
    private readonly store: ObjectStore,
    private readonly budget: PackBudget,
    private readonly packBytes: () => number,
  ) {
    this.links = new DeltaLinks(index);
  }

  /**
   * Takes a delta that starts at `offset`; `delta` is absent when it was too large to hold.
   * @throws GitProtocolError `push_unreadable` when no object starts where an OFS delta says its base does
   */
  offer(child: number, offset: number, header: EntryHeader, delta: Buffer | undefined): void {
    const base = this.findBase(offset, header);
    const cached = base >= 0 && this.index.type(base) !== 0 ? this.store.cached(base) : undefined;
    if (delta !== undefined && cached !== undefined) this.resolve(child, base, cached, delta);
    else this.links.wait(child, base, header.baseId);
  }

  /** Resolves all that waits. @throws GitProtocolError `push_unreadable` when bases are missing from the pack */
  async finish(): Promise<void> {
    if (this.links.waiting === 0) return;
    this.links.connect();
    for (let index = 0; index < this.index.count; index++)
      if (this.index.type(index) !== 0 && this.links.hasChild(index)) await this.resolveBelow(index);
    if (this.links.waiting === 0) return;
    throw unreadable('a delta has a base that is not in the pack', {
      advice: 'Push again with `git push --no-thin`, so that the pack can be read by itself.',
    });
  }

  private findBase(offset: number, header: EntryHeader): number {
    if (header.baseId !== undefined) return this.index.ids.find(header.baseId);
    const base = this.index.indexAt(offset - (header.baseDistance ?? 0));
    if (base < 0 || header.baseDistance === 0) throw unreadable('a delta names a base where no object starts');
    return base;
  }

  private async resolveBelow(root: number): Promise<void> {
    const path = [root];
    for (let base = path.at(-1); base !== undefined; base = path.at(-1)) {
      const child = this.links.takeChild(base);
      if (child < 0) {
        path.pop();
        continue;
      }
      this.resolve(child, base, this.store.content(base), this.store.stored(child));
      this.links.settled(child);
      if (this.links.hasChild(child)) path.push(child);
      if (this.pause.due()) await this.pause.take();
    }
  }

  private resolve(child: number, base: number, content: Buffer, delta: Buffer): void {
    const depth = this.index.depth(base) + 1;
    this.budget.depth(depth);
    const result = this.store.apply(content, delta);
    this.budget.spend(result.length, this.packBytes());
    this.index.setBase(child, base);
    this.index.setDepth(child, depth);
    this.store.settle(child, this.index.type(base), result);
  }
}
