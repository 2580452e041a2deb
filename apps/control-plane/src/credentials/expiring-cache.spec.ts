import { ExpiringCache } from './expiring-cache.js';

describe('ExpiringCache', () => {
  let now = 0;
  let fetched = 0;
  const cache = () => new ExpiringCache<number>(1000, () => new Date(now));
  const next = () => Promise.resolve(++fetched);
  beforeEach(() => {
    now = 0;
    fetched = 0;
  });

  it('fetches once while one is under way or fresh, and again after', async () => {
    const entries = cache();
    expect(await Promise.all([entries.get('a', next), entries.get('a', next)])).toEqual([1, 1]);
    now = 999;
    expect(await entries.get('a', next)).toBe(1);
    now = 1000;
    expect(await entries.get('a', next)).toBe(2);
    expect(await entries.get('b', next)).toBe(3);
  });

  it('keeps no failure', async () => {
    const entries = cache();
    await expect(entries.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await entries.get('a', next)).toBe(1);
  });
});
