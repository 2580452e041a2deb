import { instantOf, localInputOf, relativeTime, utcTime, zonedTime } from './times.js';

const at = new Date('2026-03-01T23:30:05.250Z');

describe('times', () => {
  it.each([
    [0, 'just now'],
    [-59_000, 'just now'],
    [59_000, 'in less than a minute'],
    [-5 * 60_000, '5 minutes ago'],
    [2 * 3_600_000, 'in 2 hours'],
    [-3 * 86_400_000, '3 days ago'],
  ])('%i ms away is %s', (away, text) => {
    expect(relativeTime(new Date(at.getTime() + away), at)).toBe(text);
  });

  it('are shown in the zone of the viewer, and in UTC beside it', () => {
    expect(zonedTime(at, 'Asia/Tokyo')).toBe('02 Mar 2026, 08:30:05 GMT+9');
    expect(utcTime(at)).toBe('2026-03-01 23:30:05.250 UTC');
  });

  it('of a form are instants', () => {
    const instant = instantOf('2026-03-01T10:15');
    expect(localInputOf(instant)).toBe('2026-03-01T10:15');
    for (const nothing of ['', 'soon']) expect(instantOf(nothing)).toBeUndefined();
    expect([localInputOf(undefined), localInputOf('soon')]).toEqual(['', '']);
  });
});
