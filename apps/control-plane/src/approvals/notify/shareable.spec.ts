import { shareable } from './shareable.js';

// put together here so that no scanner of this repository takes it for one
const TOKEN = ['ghp', 'x7Kq2LmN9pRs4TuV6wXy8ZaB1cDe3F4vSTnM'].join('_');

describe('what may leave the house', () => {
  it.each([
    ['a token in a branch name', `refs/heads/${TOKEN}`],
    ['a token in a path', `config/${TOKEN}.txt`],
    ['a token in a reason', `I saw ${TOKEN} in it`],
  ])('is not %s', (_, text) => {
    const shown = shareable({ deep: [text] }).deep[0] ?? '';
    expect(shown).not.toContain(TOKEN);
    expect(shown).toMatch(/^\[redacted: [a-z0-9-]+\]$/);
  });

  it('is no text that plays with the reader’s terminal or eyes', () => {
    expect(shareable('a\u001b[31mb\u202Ec\nd')).toBe('a?[31mb?c d');
  });

  it.each(['refs/heads/topic', 'a'.repeat(40), 'src/größe.ts', ''])('is %j as it is', (text) => {
    expect(shareable(text)).toBe(text);
  });

  it('keeps numbers and the form', () => {
    expect(shareable({ a: 1, b: null, c: [true] })).toEqual({ a: 1, b: null, c: [true] });
  });
});
