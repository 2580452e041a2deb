import type { Clock } from '../clock.js';

interface Entry<T> {
  value: Promise<T>;
  until: number;
}

/** Old entries are looked for when the map has grown this much. */
const SWEEP_AT = 1_000;

/** One fetch in flight per key; failures are never kept. */
export class ExpiringCache<T> {
  private readonly entries = new Map<string, Entry<T>>();

  constructor(
    private readonly lifeMs: number,
    private readonly now: Clock,
  ) {}

  get(key: string, fetch: () => Promise<T>): Promise<T> {
    const known = this.entries.get(key);
    if (known && known.until > this.now().getTime()) return known.value;
    this.sweep();
    const value = fetch();
    const entry = { value, until: this.now().getTime() + this.lifeMs };
    this.entries.set(key, entry);
    value.catch(() => {
      if (this.entries.get(key) === entry) this.entries.delete(key);
    });
    return value;
  }

  private sweep(): void {
    if (this.entries.size < SWEEP_AT) return;
    const now = this.now().getTime();
    for (const [key, entry] of this.entries) if (entry.until <= now) this.entries.delete(key);
  }
}
