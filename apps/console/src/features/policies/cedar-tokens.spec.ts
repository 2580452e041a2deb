import { cedarToken, completionsOf } from './cedar-tokens.js';

function tokensOf(line: string): [string, string][] {
  const found: [string, string][] = [];
  for (let at = 0; at < line.length;) {
    const { kind, length } = cedarToken(line.slice(at));
    if (kind !== null) found.push([kind, line.slice(at, at + length)]);
    at += length;
  }
  return found;
}

describe('Cedar, as far as it has colours', () => {
  it('knows words, types, strings, annotations and comments', () => {
    expect(tokensOf('@id("x") forbid (principal in Holdshort::Group::"eng", resource); // "no"')).toEqual([
      ['meta', '@id'],
      ['string', '"x"'],
      ['keyword', 'forbid'],
      ['keyword', 'principal'],
      ['keyword', 'in'],
      ['typeName', 'Holdshort::Group'],
      ['string', '"eng"'],
      ['keyword', 'resource'],
      ['comment', '// "no"'],
    ]);
  });

  it('takes an open string to the end of the line, and goes on whatever comes', () => {
    expect(tokensOf('when { a == "open')).toEqual([
      ['keyword', 'when'],
      ['string', '"open'],
    ]);
    expect(cedarToken('§')).toEqual({ kind: null, length: 1 });
  });

  it.each([
    ['perm', 0, ['permit']],
    ['@app', 0, ['@approvers']],
    ['context.push.is', 13, ['isDefault', 'isProtected']],
    ['Holdshort::Re', 11, ['Repo', 'RepoSet']],
    ['nothing.x', 8, []],
  ])('completes %s', (text, from, words) => {
    expect(completionsOf(text)).toEqual({ from, words });
  });
});
