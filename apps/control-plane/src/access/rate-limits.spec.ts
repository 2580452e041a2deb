import { RateLimited, RateLimits } from './rate-limits.js';

describe('RateLimits', () => {
  it('lets a minute of calls through at once, then as many per minute, each caller apart', () => {
    let now = 0;
    const limits = new RateLimits(60, () => now);
    const take = (caller: string): number => {
      try {
        limits.take(caller);
        return 0;
      } catch (error) {
        if (error instanceof RateLimited) return error.retryAfter;
        throw error;
      }
    };
    for (let n = 0; n < 60; n += 1) expect(take('a')).toBe(0);
    expect(take('a')).toBe(1);
    expect(take('b')).toBe(0);
    now += 1_000;
    expect(take('a')).toBe(0);
    expect(take('a')).toBe(1);
    now += 600_000;
    for (let n = 0; n < 60; n += 1) expect(take('a')).toBe(0);
    expect(take('a')).toBe(1);
  });

  it('says how long to wait, and a clock that jumps back gives nothing away', () => {
    let now = 1_000_000;
    const limits = new RateLimits(2, () => now);
    limits.take('a');
    limits.take('a');
    expect(() => limits.take('a')).toThrow(expect.objectContaining({ retryAfter: 30, code: 'rate_limited' }) as Error);
    now = 0;
    expect(() => limits.take('a')).toThrow(RateLimited);
  });

  it('lets fewer through at once than in a minute, where it is told so', () => {
    let now = 0;
    const limits = new RateLimits(120, () => now, 2);
    limits.take('a');
    limits.take('a');
    expect(() => limits.take('a')).toThrow(expect.objectContaining({ retryAfter: 1 }) as Error);
    now += 500;
    limits.take('a');
    expect(() => limits.take('a')).toThrow(RateLimited);
    now += 60_000;
    limits.take('a');
    limits.take('a');
    expect(() => limits.take('a')).toThrow(RateLimited);
  });
});
