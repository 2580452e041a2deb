import fc from 'fast-check';
import { TextWindow } from './text-window.js';

test('gives what the buffer gives, in any order of places', () => {
  const bytes = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * 7919) % 251));
  const cut = fc.tuple(fc.nat(bytes.length), fc.oneof(fc.integer({ min: -20, max: 1500 }), fc.nat(9000)));
  fc.assert(
    fc.property(fc.array(cut, { maxLength: 30 }), (cuts) => {
      const texts = new TextWindow(bytes);
      for (const [from, length] of cuts)
        expect(texts.cut(from, from + length)).toBe(bytes.toString('latin1', from, Math.max(0, from + length)));
    }),
  );
});
