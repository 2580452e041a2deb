import { safeReturnTo } from './return-to.js';

describe('safeReturnTo', () => {
  it.each(['/', '/account', '/approvals/apr_1?tab=diff#x', '/a//b', '/%2F%2Fevil.example'])('keeps %s', (path) => {
    expect(safeReturnTo(path)).toBe(path);
  });

  it.each([
    ['another host', 'https://evil.example/'],
    ['a host without scheme', '//evil.example/'],
    ['a backslash for a slash', '/\\evil.example'],
    ['a backslash first', '\\/evil.example'],
    ['a slash after a dot segment', '/.//evil.example'],
    ['a slash after two dots', '/x/..//evil.example'],
    ['a tab that browsers drop', '/\t/evil.example'],
    ['a line end', '/x\r\nSet-Cookie: a=b'],
    ['a script', 'javascript:alert(1)'],
    ['a relative path', 'account'],
    ['a list', ['/account']],
    ['nothing', undefined],
    ['too much', `/${'a'.repeat(2_000)}`],
  ])('sends %s to the account page', (_, wanted) => {
    expect(safeReturnTo(wanted)).toBe('/account');
  });
});
