import { limitRefusing, readRateHeaders } from './rate-headers.js';

const rate = (headers: Record<string, string> = {}) => readRateHeaders(headers);

const PRIMARY = { message: 'API rate limit exceeded for installation ID 123.' };
const SECONDARY = {
  message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
};
const NO_PERMISSION = { message: 'Resource not accessible by integration' };

describe('what an answer of GitHub says of its limits', () => {
  it('is read from its headers, and nothing is read from what is not a whole number', () => {
    const said = {
      'retry-after': '30',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1795000000',
      'x-ratelimit-resource': 'core',
    };
    expect(rate(said)).toEqual({ retryAfter: 30, remaining: 0, resetAt: 1_795_000_000, resource: 'core' });
    expect(
      rate({ 'retry-after': 'soon', 'x-ratelimit-remaining': '-1', 'x-ratelimit-resource': 'a\u001b[2J' }),
    ).toEqual({
      retryAfter: undefined,
      remaining: undefined,
      resetAt: undefined,
      resource: undefined,
    });
  });

  it.each([
    ['an hour used up, as a 403', 403, PRIMARY, { 'x-ratelimit-remaining': '0' }, 'primary'],
    ['an hour used up, as a 429 without words', 429, undefined, { 'x-ratelimit-remaining': '0' }, 'primary'],
    ['an hour used up, as a 403 without words', 403, undefined, { 'x-ratelimit-remaining': '0' }, 'primary'],
    ['a secondary limit by its words', 403, SECONDARY, {}, 'secondary'],
    [
      'a secondary limit by an older word',
      403,
      { message: 'You have triggered an abuse detection mechanism.' },
      {},
      'secondary',
    ],
    [
      'a secondary limit while the hour is not used up',
      403,
      {},
      { 'retry-after': '7', 'x-ratelimit-remaining': '9' },
      'secondary',
    ],
    ['any 429', 429, {}, {}, 'secondary'],
    [
      'GraphQL over its hour',
      200,
      { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
      {},
      'primary',
    ],
    ['a missing permission', 403, NO_PERMISSION, { 'x-ratelimit-remaining': '4999' }, undefined],
    [
      'a missing permission in the last call of the hour',
      403,
      NO_PERMISSION,
      { 'x-ratelimit-remaining': '0' },
      undefined,
    ],
    ['an App that is not installed', 404, { message: 'Not Found' }, { 'x-ratelimit-remaining': '0' }, undefined],
    ['an answer', 200, { data: {}, errors: [{ type: 'NOT_FOUND' }] }, {}, undefined],
  ])('%s', (_, status, body, headers, kind) => {
    expect(limitRefusing(status, body, rate(headers))).toBe(kind);
  });
});
