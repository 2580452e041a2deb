import { HoldshortError } from '@holdshort/errors';

interface Bucket {
  left: number;
  at: number;
}

/** More callers at once than this have other limits than ours; the oldest are forgotten. */
const MAX_CALLERS = 50_000;

/** A refusal that says when to come again. */
export class RateLimited extends HoldshortError {
  constructor(
    /** Whole seconds, at least 1. */
    readonly retryAfter: number,
  ) {
    super('rate_limited', 'Too many calls.', { advice: `Try again in ${String(retryAfter)} s.` });
  }
}

/** Token buckets of one replica: some at once, a minute's worth where nothing else is said, then as many per minute. */
export class RateLimits {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly perMinute: number,
    /** Milliseconds. */
    private readonly now: () => number,
    private readonly atOnce = perMinute,
  ) {}

  /** @throws RateLimited */
  take(caller: string): void {
    const now = this.now();
    const bucket = this.buckets.get(caller) ?? { left: this.atOnce, at: now };
    const left = Math.min(this.atOnce, bucket.left + (Math.max(0, now - bucket.at) * this.perMinute) / 60_000);
    this.keep(caller, { left: Math.max(0, left - 1), at: now }, left);
    if (left < 1) throw new RateLimited(Math.max(1, Math.ceil(((1 - left) * 60) / this.perMinute)));
  }

  private keep(caller: string, taken: Bucket, left: number): void {
    this.buckets.delete(caller); // to the end: what is oldest stays first
    this.buckets.set(caller, left < 1 ? { left, at: taken.at } : taken);
    if (this.buckets.size <= MAX_CALLERS) return;
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined) this.buckets.delete(oldest);
  }
}
