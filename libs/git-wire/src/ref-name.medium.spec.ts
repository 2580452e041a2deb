import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { isRefName } from './ref-name.js';

const gitTakes = (ref: string): boolean => spawnSync('git', ['check-ref-format', ref]).status === 0;

describe('isRefName', () => {
  it('agrees with git check-ref-format on names made of its troublesome pieces', () => {
    const piece = fc.constantFrom(
      'a',
      'heads',
      '.',
      '..',
      '/',
      '//',
      '@',
      '@{',
      '.lock',
      '~',
      '^',
      ':',
      '?',
      '*',
      '[',
      '\\',
      ' ',
      '-',
      '\x7f',
      '\x1f',
      '\u00fc',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const ref = `refs/heads/${pieces.join('')}`;
        expect([ref, isRefName(ref)]).toEqual([ref, gitTakes(ref)]);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses what git would take but the eye cannot see', () => {
    for (const ref of [
      'refs/heads/ma\u200bin',
      'refs/heads/\u202enimda',
      'refs/heads/a\u0085b',
      'refs/heads/\ufeffmain',
    ])
      expect(isRefName(ref)).toBe(false);
    expect(isRefName('refs/heads/\u{1f469}\u200d\u{1f4bb}')).toBe(true);
  });

  it('allows a name directly under refs/ only to be deleted', () => {
    expect([
      isRefName('refs/stash'),
      isRefName('refs/stash', true),
      isRefName('refs/'),
      isRefName('refs/heads/'),
    ]).toEqual([false, true, false, false]);
  });
});
