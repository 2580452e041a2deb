import { storable, storableText } from './storable.js';

describe('storable', () => {
  it('replaces what PostgreSQL does not take, at any depth and in keys', () => {
    expect(storableText('a\0b\ud800')).toBe('a\uFFFDb\uFFFD');
    expect(storable({ 'k\0': ['x\0', { deep: '\udc00' }], n: 1, none: null })).toEqual({
      'k\uFFFD': ['x\uFFFD', { deep: '\uFFFD' }],
      n: 1,
      none: null,
    });
  });
});
