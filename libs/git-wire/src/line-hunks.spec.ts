import { lineHunks, type Hunk } from './line-hunks.js';

const text = (...lines: string[]) => ({ lines, shown: lines });

/** What `patch` would make of it. */
function applied(before: readonly string[], hunks: readonly Hunk[]): string[] {
  const made: string[] = [];
  let at = 0;
  for (const { oldStart, oldLines, lines } of hunks) {
    const from = oldLines === 0 ? oldStart : oldStart - 1;
    const start = Math.max(from, at);
    made.push(...before.slice(at, start));
    const old = lines.filter((line) => !line.startsWith('+')).map((line) => line.slice(1));
    expect(before.slice(start, start + oldLines)).toEqual(old);
    made.push(...lines.filter((line) => !line.startsWith('-')).map((line) => line.slice(1)));
    at = start + oldLines;
  }
  return [...made, ...before.slice(at)];
}

function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

describe('lineHunks', () => {
  it('shows a change with three lines around it', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const after = before.map((line) => (line === 'e' ? 'E' : line));
    expect(lineHunks(text(...before), text(...after))).toEqual([
      { oldStart: 2, oldLines: 7, newStart: 2, newLines: 7, lines: [' b', ' c', ' d', '-e', '+E', ' f', ' g', ' h'] },
    ]);
  });

  it('numbers what is new, what is gone, and nothing at all', () => {
    expect(lineHunks(text(), text('x'))).toEqual([
      { oldStart: 0, oldLines: 0, newStart: 1, newLines: 1, lines: ['+x'] },
    ]);
    expect(lineHunks(text('x'), text())).toEqual([
      { oldStart: 1, oldLines: 1, newStart: 0, newLines: 0, lines: ['-x'] },
    ]);
    expect(lineHunks(text('x'), text('x'))).toEqual([]);
  });

  it('compares the lines, and shows what may be shown of them', () => {
    const before = { lines: ['key=1'], shown: ['[masked]'] };
    const after = { lines: ['key=2'], shown: ['[masked]'] };
    expect(lineHunks(before, after)[0]?.lines).toEqual(['-[masked]', '+[masked]']);
  });

  it('gives the new text when it is applied to the old one, whatever the two are', () => {
    const next = random(7);
    for (let n = 0; n < 300; n += 1) {
      const some = () => Array.from({ length: Math.floor(next() * 30) }, () => String(Math.floor(next() * 6)));
      const [before, after] = [some(), some()];
      expect(applied(before, lineHunks(text(...before), text(...after)))).toEqual(after);
    }
  });

  it('finds the least edits', () => {
    const [hunk] = lineHunks(text('a', 'b', 'c', 'a', 'b', 'b', 'a'), text('c', 'b', 'a', 'b', 'a', 'c'));
    expect(hunk?.lines.filter((line) => !line.startsWith(' '))).toHaveLength(5);
  });

  it('takes texts that have nothing in common as replaced, without looking forever', () => {
    const many = (mark: string) => Array.from({ length: 20_000 }, (_, n) => `${mark}${n}`);
    const [hunk, ...others] = lineHunks(text(...many('a')), text(...many('b')));
    expect(others).toEqual([]);
    expect([hunk?.oldLines, hunk?.newLines]).toEqual([20_000, 20_000]);
  });
});
