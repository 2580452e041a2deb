import { readDeviceStart, readUserTokens, refusalOf } from './user-tokens-answer.js';

const NOW = new Date('2026-01-05T09:00:00Z');
const GOOD = {
  access_token: 'ghu_a',
  expires_in: 28_800,
  refresh_token: 'ghr_r',
  refresh_token_expires_in: 15_897_600,
  token_type: 'bearer',
  scope: '',
};

describe("what GitHub's authorisation answers", () => {
  it('is a pair of tokens with their ends', () => {
    expect(readUserTokens(GOOD, NOW)).toEqual({
      access: 'ghu_a',
      accessExpiresAt: new Date('2026-01-05T17:00:00Z'),
      refresh: 'ghr_r',
      refreshExpiresAt: new Date('2026-07-08T09:00:00Z'),
    });
  });

  it.each(['refresh_token', 'expires_in', 'refresh_token_expires_in'])(
    'is not taken without %s: such a token would never end',
    (name) => {
      const answer = Object.fromEntries(Object.entries(GOOD).filter(([key]) => key !== name));
      expect(() => readUserTokens(answer, NOW)).toThrow('GitHub gave a token that does not expire.');
    },
  );

  it('is a refusal by its code alone: a description may repeat what was sent', () => {
    const refusal = refusalOf({ error: 'bad_refresh_token', error_description: 'ghr_secret is no good' });
    expect(refusal).toMatchObject({
      error: 'bad_refresh_token',
      message: 'GitHub did not authorise: bad_refresh_token.',
    });
    expect(refusalOf({ error: 'ghr_Secret1 leaked' })).toMatchObject({ error: 'unknown' });
    expect(refusalOf(GOOD)).toBeUndefined();
  });

  it('is a code for another screen', () => {
    const answer = {
      device_code: 'd',
      user_code: 'A-B',
      verification_uri: 'https://github.com/login/device',
      expires_in: 900,
    };
    expect(readDeviceStart({ ...answer, interval: 7 })).toMatchObject({ userCode: 'A-B', interval: 7 });
    expect(readDeviceStart(answer)).toMatchObject({ interval: 5 });
    expect(() => readDeviceStart({ ...answer, user_code: undefined })).toThrow(
      'GitHub began no authorisation by code.',
    );
    expect(() => readDeviceStart({ error: 'device_flow_disabled' })).toThrow('device_flow_disabled');
  });
});
