/** Repeatable random numbers (mulberry32, public domain), so that a failing case can be run again by its seed. */
export class Random {
  constructor(private state: number) {}

  /** From 0 up to, not including, `limit`. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let i = 0; i < length; i++) bytes[i] = this.below(256);
    return bytes;
  }

  text(lines: number): string {
    const words = ['hold', 'short', 'tower', 'runway', 'clear', 'engine', 'taxi', '{', '}', 'return', '0'];
    return (
      Array.from({ length: lines }, () => Array.from({ length: 8 }, () => this.pick(words)).join(' ')).join('\n') + '\n'
    );
  }
}
