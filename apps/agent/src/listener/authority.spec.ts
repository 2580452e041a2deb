import { isGoverned } from '@holdshort/github-operations';
import { matchesHost, splitAuthority } from './authority.js';

describe('isGoverned', () => {
  it.each(['github.com', 'api.github.com', 'raw.githubusercontent.com', 'api.business.githubcopilot.com', 'ghcr.io'])(
    'governs %s',
    (host) => {
      expect(isGoverned(host, ['ghes.corp.example'])).toBe(true);
    },
  );
  it.each(['evilgithub.com', 'github.com.evil.test', 'github.io', 'notghcr.io', ''])('does not govern %s', (host) => {
    expect(isGoverned(host, ['ghes.corp.example'])).toBe(false);
  });
});

describe('splitAuthority', () => {
  it.each([
    ['github.com:443', { host: 'github.com', port: 443 }],
    ['GitHub.COM', { host: 'github.com', port: 443 }],
    ['github.com.:443', { host: 'github.com', port: 443 }],
    ['api.github.com:8443', { host: 'api.github.com', port: 8443 }],
  ])('reads %s', (text, expected) => {
    expect(splitAuthority(text)).toEqual(expected);
  });
  it.each([
    '',
    ':443',
    'user@github.com',
    'github.com:443:443',
    'github.com/x',
    '[::1]:443',
    'a b',
    'github.com:999999',
  ])('refuses %j', (text) => {
    expect(splitAuthority(text)).toBeUndefined();
  });
});

describe('matchesHost', () => {
  it('takes a suffix only with a dot in front', () => {
    expect(matchesHost('*.npmjs.org', 'registry.npmjs.org')).toBe(true);
    expect(matchesHost('*.npmjs.org', 'evilnpmjs.org')).toBe(false);
    expect(matchesHost('*.npmjs.org', 'npmjs.org')).toBe(false);
    expect(matchesHost('pypi.org', 'PyPI.org'.toLowerCase())).toBe(true);
  });
});
