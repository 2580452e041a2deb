import { at, grown } from './grown.js';
import { IdTable } from './id-table.js';
import type { ObjectIndex } from './object-index.js';

const NONE = -1;

/**
 * Which deltas wait for which base: lists through typed arrays (8 bytes an object), and for REF deltas whose base
 * was not seen yet a table by the base's id.
 */
export class DeltaLinks {
  /** Deltas not yet resolved. */
  waiting = 0;
  private children = new Int32Array(64);
  private knownBases = new Int32Array(64);
  private linked = 0;
  private refs = new Int32Array(64);
  private refIds: Buffer = Buffer.alloc(0);
  private refCount = 0;
  private firstChild = new Int32Array(0);
  private nextSibling = new Int32Array(0);
  private wanted: IdTable;
  /** By position in `refs`: head of the list of deltas that want the same id. */
  private wantedHead = new Int32Array(0);

  constructor(private readonly index: ObjectIndex) {
    this.wanted = new IdTable(index.ids.idLength);
  }

  wait(child: number, base: number, baseId: Buffer | undefined): void {
    this.waiting++;
    if (base >= 0) this.waitForKnown(child, base);
    else if (baseId !== undefined) this.waitForId(child, baseId);
  }

  /** Builds the lists; to be called once, when all objects of the pack are known. */
  connect(): void {
    this.firstChild = new Int32Array(this.index.count).fill(NONE);
    this.nextSibling = new Int32Array(this.index.count).fill(NONE);
    this.wantedHead = new Int32Array(this.refCount).fill(NONE);
    // Backwards, since each is put in front: children are then resolved in pack order.
    for (let i = this.linked - 1; i >= 0; i--) this.link(at(this.children, i), at(this.knownBases, i));
    for (let i = this.refCount - 1; i >= 0; i--) this.linkById(i);
  }

  hasChild(base: number): boolean {
    return at(this.firstChild, base) !== NONE;
  }

  /** The next delta that waits for `base`, taken off the list; -1 when there is none. */
  takeChild(base: number): number {
    const child = at(this.firstChild, base);
    if (child === NONE) return NONE;
    this.firstChild[base] = at(this.nextSibling, child);
    this.waiting--;
    return child;
  }

  /** An object got its id: deltas that wanted that id now wait for the object. */
  settled(index: number): void {
    const key = this.refCount === 0 ? NONE : this.wanted.find(this.index.ids.id(index));
    if (key === NONE) return;
    let child = at(this.wantedHead, key);
    this.wantedHead[key] = NONE;
    while (child !== NONE) {
      const next = at(this.nextSibling, child);
      this.link(child, index);
      child = next;
    }
  }

  private waitForKnown(child: number, base: number): void {
    this.children = grown(this.children, this.linked + 1, (length) => new Int32Array(length));
    this.knownBases = grown(this.knownBases, this.linked + 1, (length) => new Int32Array(length));
    this.children[this.linked] = child;
    this.knownBases[this.linked++] = base;
  }

  private waitForId(child: number, baseId: Buffer): void {
    this.refs = grown(this.refs, this.refCount + 1, (length) => new Int32Array(length));
    this.refIds = grown(this.refIds, (this.refCount + 1) * baseId.length, (length) => Buffer.alloc(length));
    this.refs[this.refCount] = child;
    baseId.copy(this.refIds, this.refCount++ * baseId.length);
  }

  private link(child: number, base: number): void {
    this.nextSibling[child] = at(this.firstChild, base);
    this.firstChild[base] = child;
  }

  private linkById(position: number): void {
    const child = at(this.refs, position);
    const length = this.wanted.idLength;
    const id = this.refIds.subarray(position * length, (position + 1) * length);
    const base = this.index.ids.find(id);
    if (base >= 0) {
      this.link(child, base);
      return;
    }
    this.wanted.add(position, id);
    const key = this.wanted.find(id);
    this.nextSibling[child] = at(this.wantedHead, key);
    this.wantedHead[key] = child;
  }
}
