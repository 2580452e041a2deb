import fc from 'fast-check';
import { TextWindow } from '../engine/text-window.js';
import type { Hit } from '../rule.js';
import { classRun, runFits } from './class-run.js';
import { ending } from './leading-bytes.js';

const hitOn = (bytes: Buffer): Hit => ({
  ...{ bytes, texts: new TextWindow(bytes), from: 0, to: bytes.length, start: 0, end: 0, work: 0 },
});

test.each(['[a-c]{2}', '[a-c_]{2,4}', '[ab+/]{3,5}', '[a-c.-]{1,6}'])('%s fits where its expression does', (source) => {
  const run = classRun(source)!;
  const expression = new RegExp(`(?:${source})${ending(source)}`, 'y');
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', '_', '+', '/', '.', '-', ' ', 'Z'), maxLength: 10 }),
      fc.nat(10),
      (text, room) => {
        const limit = Math.min(text.length, room);
        expression.lastIndex = 0;
        expect(runFits(hitOn(Buffer.from(text)), 0, limit, run)).toBe(expression.test(text.slice(0, limit)));
      },
    ),
    { numRuns: 2000 },
  );
});

test('what is more than one class has no run', () => {
  for (const source of ['[a-z]', '[a-z]{3}=', '(?:[a-z]{3}|[0-9]{4})', 'x[a-z]{3}'])
    expect([source, classRun(source)]).toEqual([source, undefined]);
});
