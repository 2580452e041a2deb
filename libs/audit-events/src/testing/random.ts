/** Numbers from a seed, the same on every machine: mulberry32, good enough to choose places. */
export class SeededRandom {
  constructor(private state: number) {}

  /** A whole number from `low` to `high`, both possible. */
  between(low: number, high: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return low + (((mixed ^ (mixed >>> 14)) >>> 0) % (high - low + 1));
  }
}
