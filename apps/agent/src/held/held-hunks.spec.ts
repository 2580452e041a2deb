import { heldHunks } from './held-hunks.js';
import { ShownBudget } from './shown-budget.js';

const TOKEN = ['ghp', 'x7Kq2mZ9vB4nR8tW1yL5cD3fG6hJ0pS2aE4u'].join('_');
const text = (...lines: string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(''));
const hunks = (before: Parameters<typeof heldHunks>[0], after: Parameters<typeof heldHunks>[1], path = 'a.txt') =>
  heldHunks(before, after, path, new ShownBudget());

describe('what became of a content', () => {
  it('is shown line by line', () => {
    expect(hunks(text('a', 'b'), text('a', 'c'))).toEqual({
      ...{ content: 'text', cut: false, oldUnknown: false },
      hunks: [{ oldStart: 1, oldLines: 2, newStart: 1, newLines: 2, lines: [' a', '-b', '+c'] }],
    });
    expect(hunks(null, text('a')).hunks[0]?.lines).toEqual(['+a']);
    expect(hunks(text('a'), null).hunks[0]?.lines).toEqual(['-a']);
  });

  it('tells a missing line feed at the end', () => {
    expect(hunks(text('a'), Buffer.from('a')).hunks[0]?.lines).toEqual([
      ' a',
      '+\\ No line feed at the end of the file',
    ]);
  });

  it('has its secrets masked, old ones and private keys over many lines too', () => {
    const key = ['-----BEGIN PRIVATE KEY-----', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj'];
    const end = '-----END PRIVATE KEY-----';
    const shown = JSON.stringify(hunks(text(`old ${TOKEN}`, 'x'), text('x', ...key, end)));
    expect(shown).not.toContain(TOKEN);
    expect(shown).not.toContain('MIIEvQ');
    expect(shown.match(/masked/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it('says what is binary, too large or not to be had, and shows the new content of an unknown old one as added', () => {
    expect(hunks(text('a'), Buffer.from([1, 0, 2]))).toMatchObject({ content: 'binary', hunks: [] });
    expect(hunks(text('a'), 'too_large')).toMatchObject({ content: 'too_large' });
    expect(hunks('too_large', text('a'))).toMatchObject({ content: 'too_large' });
    expect(hunks(text('a'), 'unknown')).toMatchObject({ content: 'unknown' });
    const unknown = hunks('unknown', text('a'));
    expect([unknown.oldUnknown, unknown.hunks[0]?.lines]).toEqual([true, ['+a']]);
  });

  it('is cut to what is read: of one file, of all together, and of a line', () => {
    const many = text(...Array.from({ length: 1000 }, (_, n) => `line ${n}`));
    const one = hunks(null, many);
    expect([one.cut, one.hunks[0]?.lines.length]).toEqual([true, 400]);
    const budget = new ShownBudget();
    const sizes = Array.from({ length: 8 }, () => heldHunks(null, many, 'a', budget).hunks[0]?.lines.length ?? 0);
    expect(sizes).toEqual([400, 400, 400, 400, 400, 0, 0, 0]);
    const long = hunks(null, text('x'.repeat(5000)));
    expect(long.cut).toBe(true);
    expect(long.hunks[0]?.lines[0]?.length).toBeLessThan(500);
  });
});
