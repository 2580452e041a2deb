import { at, grown } from './grown.js';
import { IdTable } from './id-table.js';

/** Object types as the pack writes them (gitformat-pack). */
export const OBJECT_TYPES = { commit: 1, tree: 2, blob: 3, tag: 4 } as const;
export const OFS_DELTA = 6;
export const REF_DELTA = 7;

/** What a blob's first bytes show. */
export const BINARY = 1;
export const LFS_POINTER = 2;

/**
 * What is known of every object of a pack, in pack order, in typed arrays: about 65 bytes each with SHA-1.
 * Grows with the objects that were read, never by the count that the header claims.
 */
export class ObjectIndex {
  count = 0;
  /** Where the last object ends. */
  end = 0;
  readonly ids: IdTable;
  private offsets = new Float64Array(64);
  private headers = new Uint8Array(64);
  private sizes = new Uint32Array(64);
  private lengths = new Uint32Array(64);
  private traits = new Uint8Array(64);
  private types = new Uint8Array(64);
  private bases = new Int32Array(64);
  private depths = new Uint16Array(64);

  constructor(idLength: number) {
    this.ids = new IdTable(idLength);
  }

  /** @returns the new object's index. `size` is that of what is stored: of the delta, where it is one. */
  add(offset: number, headerLength: number, size: number): number {
    const index = this.count++;
    this.offsets = grown(this.offsets, this.count, (length) => new Float64Array(length));
    this.headers = grown(this.headers, this.count, (length) => new Uint8Array(length));
    this.sizes = grown(this.sizes, this.count, (length) => new Uint32Array(length));
    this.lengths = grown(this.lengths, this.count, (length) => new Uint32Array(length));
    this.traits = grown(this.traits, this.count, (length) => new Uint8Array(length));
    this.types = grown(this.types, this.count, (length) => new Uint8Array(length));
    this.bases = grown(this.bases, this.count, (length) => new Int32Array(length));
    this.depths = grown(this.depths, this.count, (length) => new Uint16Array(length));
    this.offsets[index] = offset;
    this.headers[index] = headerLength;
    this.sizes[index] = size;
    this.bases[index] = -1;
    return index;
  }

  /** Where the compressed bytes lie in the pack. */
  extent(index: number): { start: number; end: number } {
    const start = at(this.offsets, index) + at(this.headers, index);
    return { start, end: index + 1 < this.count ? at(this.offsets, index + 1) : this.end };
  }

  storedSize(index: number): number {
    return at(this.sizes, index);
  }

  /** The object that starts at `offset`, or -1. */
  indexAt(offset: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = at(this.offsets, middle);
      if (found === offset) return middle;
      if (found < offset) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** 0 while a delta's base is not known. */
  type(index: number): number {
    return at(this.types, index);
  }

  base(index: number): number {
    return at(this.bases, index);
  }

  depth(index: number): number {
    return at(this.depths, index);
  }

  setBase(index: number, base: number): void {
    this.bases[index] = base;
  }

  setDepth(index: number, depth: number): void {
    this.depths[index] = depth;
  }

  /** Length of the object itself, inflated. */
  contentLength(index: number): number {
    return at(this.lengths, index);
  }

  hasTrait(index: number, trait: number): boolean {
    return (at(this.traits, index) & trait) !== 0;
  }

  describe(index: number, length: number, traits: number): void {
    this.lengths[index] = length;
    this.traits[index] = traits;
  }

  /** @returns false when the pack has an object of this id already */
  settle(index: number, type: number, id: Buffer): boolean {
    this.types[index] = type;
    return this.ids.add(index, id);
  }
}
