import { branchRef, isRefName, isRepoName, qualifiedRef, tagRef } from './names.js';

describe('ref names', () => {
  it.each(['main', 'a/b', 'refs/heads/main', 'release-1.0'])('takes %s for a branch', (name) => {
    expect(branchRef(name)).toBe(`refs/heads/${name.replace('refs/heads/', '')}`);
  });

  it.each([
    '',
    'heads/main',
    'refs/tags/x',
    'refs',
    'a b',
    'a..b',
    'a~1',
    'a:b',
    '-'.repeat(2000),
    'a.lock',
    'a/.b',
    '/a',
    'a/',
    'a//b',
    '@',
    'a@{1}',
    'refs/heads/heads/main',
    'a\u0000',
    '*',
  ])('does not take %j', (name) => {
    expect(branchRef(name)).toBeUndefined();
  });

  it('keeps tags and qualified refs apart', () => {
    expect([tagRef('v1'), tagRef('refs/tags/v1'), tagRef('tags/v1')]).toEqual(['refs/tags/v1', undefined, undefined]);
    expect([
      qualifiedRef('refs/heads/x'),
      qualifiedRef('heads/x'),
      qualifiedRef('refs/x'),
      qualifiedRef('refs/refs/heads/x'),
    ]).toEqual(['refs/heads/x', undefined, undefined, undefined]);
    expect(isRefName('refs/pull/1/head')).toBe(true);
  });

  it('refuses repository names that can be read in two ways', () => {
    expect(['app', 'a.b', '.github', '.', '..', 'app.git', 'app.GIT', 'a/b', 'a b', ''].map(isRepoName)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
