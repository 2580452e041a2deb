import { matchesGlob } from './matches-glob.js';

describe('patterns', () => {
  it.each([
    ['refs/heads/release/*', 'refs/heads/release/1', true],
    ['refs/heads/release/*', 'refs/heads/release/1/hotfix', false],
    ['refs/heads/release/**', 'refs/heads/release/1/hotfix', true],
    ['refs/heads/release/*', 'refs/heads/main', false],
    ['refs/heads/a.b', 'refs/heads/axb', false],
    ['refs/heads/v[0-9]', 'refs/heads/v1', false],
    ['refs/heads/*', 'refs/heads/x\nrefs/heads/main', false],
    ['', 'refs/heads/main', false],
  ])('%s on %j is %s', (glob, ref, expected) => {
    expect(matchesGlob(glob, ref)).toBe(expected);
  });
});
