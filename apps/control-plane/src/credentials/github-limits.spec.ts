import type { HoldshortError } from '@holdshort/errors';
import { GithubLimits } from './github-limits.js';
import { readRateHeaders } from './rate-headers.js';

const START = Date.parse('2026-11-26T07:00:00Z');
const acme = { key: 'installation 1', name: 'the Holdshort App on acme' };
const other = { key: 'installation 2', name: 'the Holdshort App on other' };
const said = (headers: Record<string, string> = {}) => readRateHeaders(headers);
const inSeconds = (seconds: number) => String(START / 1000 + seconds);

describe('the limits of GitHub', () => {
  let now = START;
  let limits: GithubLimits;
  beforeEach(() => {
    now = START;
    limits = new GithubLimits(() => new Date(now));
  });
  const isBlocked = (payer = acme, resource = 'core'): boolean => {
    try {
      limits.requirePasses(payer, resource);
      return false;
    } catch (error) {
      expect(error).toMatchObject({ code: 'github_rate_limited' });
      return true;
    }
  };
  /** Seconds from now until calls pass. */
  const blockedFor = (payer = acme, resource = 'core'): number => {
    const from = now;
    while (isBlocked(payer, resource)) now += 1000;
    const seconds = (now - from) / 1000;
    now = from;
    return seconds;
  };

  it('used up, block one count of one payer until they begin anew, and say so', () => {
    const rate = said({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(720) });
    const error = limits.refused(acme, 'core', 'primary', rate);
    expect(error).toMatchObject({
      code: 'github_rate_limited',
      message:
        "GitHub's hourly limit on calls of the Holdshort App on acme is used up (primary rate limit, core). It will pass again at 2026-11-26T07:12:00Z, in 12 minutes.",
      advice:
        'Nothing is wrong with the call: repeat it after 2026-11-26T07:12:00Z. Sooner it is refused without asking GitHub.',
    });
    const again = ((): unknown => {
      try {
        limits.requirePasses(acme, 'core');
        return undefined;
      } catch (thrown) {
        return thrown;
      }
    })();
    expect((again as HoldshortError).message).toBe(error.message);
    expect(isBlocked(acme, 'graphql')).toBe(false);
    expect(isBlocked(other)).toBe(false);
    expect(blockedFor()).toBe(720);
  });

  it('of the second kind block all calls of the payer for as long as GitHub says', () => {
    const error = limits.refused(
      acme,
      'core',
      'secondary',
      said({ 'retry-after': '30', 'x-ratelimit-remaining': '9' }),
    );
    expect(error.message).toBe(
      'GitHub asks the Holdshort App on acme to slow down (secondary rate limit). It will pass again at 2026-11-26T07:00:30Z, in a minute.',
    );
    expect(blockedFor()).toBe(30);
    expect(blockedFor(acme, 'graphql')).toBe(30);
    expect(isBlocked(other)).toBe(false);
  });

  it('without a word of how long: a minute, twice as long each time, and a minute again after an answer', () => {
    const refuse = () => {
      limits.refused(acme, 'core', 'secondary', said());
      return blockedFor();
    };
    expect(refuse()).toBe(60);
    expect(refuse()).toBe(60); // was under way beside the first
    now += 60_000;
    expect(refuse()).toBe(120);
    now += 120_000;
    expect(refuse()).toBe(240);
    now += 240_000;
    limits.answered(acme, 'core', said());
    expect(refuse()).toBe(60);
  });

  it('block after the last call of the hour, before GitHub has to refuse one', () => {
    limits.answered(acme, 'core', said({ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': inSeconds(90) }));
    expect(isBlocked()).toBe(false);
    limits.answered(acme, 'core', said({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(90) }));
    expect(blockedFor()).toBe(90);
    now += 90_000;
    limits.answered(acme, 'core', said({ 'x-ratelimit-remaining': '4999', 'x-ratelimit-reset': inSeconds(3690) }));
    expect(isBlocked()).toBe(false);
  });

  it('are believed for an hour at most, and an end that is past counts as unsaid', () => {
    limits.refused(acme, 'core', 'primary', said({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99999999999' }));
    expect(blockedFor()).toBe(65 * 60);
    limits.refused(
      other,
      'core',
      'primary',
      said({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(-5) }),
    );
    expect(blockedFor(other)).toBe(60);
  });

  it('a later refusal never shortens', () => {
    limits.refused(acme, 'core', 'secondary', said({ 'retry-after': '300' }));
    limits.refused(acme, 'core', 'secondary', said({ 'retry-after': '5' }));
    expect(blockedFor()).toBe(300);
  });
});
