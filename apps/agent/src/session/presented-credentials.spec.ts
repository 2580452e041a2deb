import { presentedCredentials } from './presented-credentials.js';

const OURS = `ghu_holdshort_${'a'.repeat(32)}`;
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('presentedCredentials', () => {
  it.each([
    ['proxy basic', basic('holdshort', OURS), undefined],
    ['bearer', undefined, `Bearer ${OURS}`],
    ['token', undefined, `token ${OURS}`],
    ['git user with token as password', undefined, basic('x-access-token', OURS)],
    ['git with the token as user', undefined, basic(OURS, '')],
    ['both', basic('holdshort', OURS), `token ${OURS}`],
  ])('finds ours: %s', (_name, connect, own) => {
    expect(presentedCredentials(connect, own)).toEqual({ sessionCredential: OURS, foreign: false });
  });

  it.each([
    ['a classic token', undefined, 'token ghp_0123456789abcdefghijklmnopqrstuvwxyz'],
    ['an installation token', undefined, 'Bearer ghs_0123456789abcdefghijklmnopqrstuvwxyz'],
    ['a password', undefined, basic('alice', 'hunter2')],
    ['something that only begins like ours', undefined, 'token ghu_holdshort_x'],
    ['a foreign one beside ours', basic('holdshort', OURS), 'token ghp_0123456789abcdefghijklmnopqrstuvwxyz'],
    ['a scheme without a space', undefined, 'Basic'],
  ])('calls foreign: %s', (name, connect, own) => {
    expect(presentedCredentials(connect, own).foreign).toBe(name !== 'a scheme without a space');
  });

  it('finds nothing where nothing is sent', () => {
    expect(presentedCredentials(undefined, undefined)).toEqual({ sessionCredential: undefined, foreign: false });
  });
});
