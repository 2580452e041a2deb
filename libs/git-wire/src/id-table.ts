import { at, grown } from './grown.js';

/** Up to here plain sorting is faster than sorting into buckets first. */
const FEW = 4096;

/** Binary object ids by a small integer key, and the key by id: open addressing, 28 to 40 bytes a SHA-1 id. */
export class IdTable {
  private ids: Buffer;
  private slots = new Int32Array(128).fill(-1);
  private used = 0;

  constructor(readonly idLength: number) {
    this.ids = Buffer.alloc(64 * idLength);
  }

  /** @returns false, and changes nothing, when the id is there already under another key */
  add(key: number, id: Buffer): boolean {
    const slot = this.slotOf(id);
    if (at(this.slots, slot) >= 0) return false;
    this.ids = grown(this.ids, (key + 1) * this.idLength, (length) => Buffer.alloc(length));
    id.copy(this.ids, key * this.idLength);
    this.slots[slot] = key;
    if (++this.used * 2 > this.slots.length) this.rehash();
    return true;
  }

  find(id: Buffer): number {
    return at(this.slots, this.slotOf(id));
  }

  /** Shares memory with the table. */
  id(key: number): Buffer {
    return this.ids.subarray(key * this.idLength, (key + 1) * this.idLength);
  }

  /** All keys in the order of their ids. */
  sortedKeys(): Uint32Array {
    const keys = Uint32Array.from(this.slots.filter((key) => key >= 0));
    // the 65,536 buckets below cost 2 to 5 ms by themselves, which is more than a small push takes
    if (keys.length < FEW) return this.sortBucket(keys);
    const starts = new Uint32Array(65_537);
    for (const key of keys) starts[this.prefix(key) + 1] = at(starts, this.prefix(key) + 1) + 1;
    for (let i = 1; i < starts.length; i++) starts[i] = at(starts, i) + at(starts, i - 1);
    const sorted = new Uint32Array(keys.length);
    const next = starts.slice();
    for (const key of keys) {
      const place = at(next, this.prefix(key));
      sorted[place] = key;
      next[this.prefix(key)] = place + 1;
    }
    for (let i = 0; i < 65_536; i++) this.sortBucket(sorted.subarray(at(starts, i), at(starts, i + 1)));
    return sorted;
  }

  private sortBucket(keys: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
    return keys.length > 1 ? keys.sort((a, b) => this.id(a).compare(this.id(b))) : keys;
  }

  private prefix(key: number): number {
    return this.ids.readUInt16BE(key * this.idLength);
  }

  /** The slot that holds `id`, or the free one where it belongs. */
  private slotOf(id: Buffer): number {
    const mask = this.slots.length - 1;
    let slot = id.readUInt32LE(4) & mask;
    for (let key = at(this.slots, slot); key >= 0; key = at(this.slots, slot)) {
      const from = key * this.idLength;
      if (id.compare(this.ids, from, from + this.idLength) === 0) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private rehash(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2).fill(-1);
    for (const key of old) if (key >= 0) this.slots[this.slotOf(this.id(key))] = key;
  }
}
