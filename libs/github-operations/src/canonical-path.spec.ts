import fc from 'fast-check';
import { canonicalPath } from './canonical-path.js';

describe('canonicalPath', () => {
  it.each([
    ['src/Index.ts', 'src/index.ts'],
    ['a/../../b', 'b'],
    ['a./b /c', 'a/b/c'],
    ['a:b/c', 'a/c'],
    ['caf\u00e9', 'caf\u00e9'],
    ['cafe\u0301', 'caf\u00e9'],
    ['...', ''],
    ['x~1/y', 'x~1/y'],
    [':a', ':a'],
  ])('%j is compared as %j', (path, expected) => {
    expect(canonicalPath(path)).toBe(expected);
  });

  it('is stable, and takes the fast way only where it leads to the same place', () => {
    const piece = fc.constantFrom('.', '..', '/', ' ', 'a', 'B', '~1', '\\', ':', '.github', '\u200b', '\uff0e', '-');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = pieces.join('');
        const once = canonicalPath(path);
        // an invisible character forces the long way
        expect(canonicalPath(`${path}\u200b`)).toBe(once);
        expect(once.split('/').every((part, _, all) => part !== '' || all.length === 1)).toBe(true);
        expect(once).not.toMatch(/\\|(^|\/)\.{1,2}(\/|$)|[. ](\/|$)/);
      }),
      { numRuns: 2000 },
    );
  });
});
