import { readDuration } from './duration.js';

describe('durations', () => {
  it.each([
    ['90s', 90],
    ['30m', 1800],
    ['2h', 7200],
    ['1d', 86_400],
  ])('%s is %i seconds', (text, seconds) => {
    expect(readDuration(text)).toBe(seconds);
  });

  it.each(['', '2', 'h', '0h', '-1h', '1.5h', '2 h', '2hours'])('"%s" is none', (text) => {
    expect(() => readDuration(text)).toThrow('is not a duration.');
  });
});
