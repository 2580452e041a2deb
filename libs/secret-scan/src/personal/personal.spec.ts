import { SpanScan } from '../engine/span-scan.js';
import { PERSONAL_TEXT } from './email.js';
import { isDetector, maskRules } from './mask-rules.js';
import { NUMBER_RULES } from './numbers.js';

function found(text: string, detectors: readonly string[] = ['personal']): string[] {
  const ids: string[] = [];
  const scan = new SpanScan(maskRules(detectors), {
    match: ({ id }) => ids.push(id),
    extend: () => undefined,
    giveUp: () => ids.push('unscanned'),
  });
  scan.push(Buffer.from(text));
  scan.flush();
  return ids;
}

describe.each([...NUMBER_RULES, ...PERSONAL_TEXT].map((rule) => [rule.id, rule.examples] as const))(
  '%s',
  (id, { like, unlike }) => {
    test('finds its examples, and nothing that only looks like them', () => {
      expect(like.map((text) => [text, found(text).includes(id)])).toEqual(like.map((text) => [text, true]));
      expect(unlike.map((text) => [text, found(text).includes(id)])).toEqual(unlike.map((text) => [text, false]));
    });

    test('is a detector by itself', () => {
      expect(isDetector(id)).toBe(true);
      expect(found(like[0]!, [id])).toContain(id);
    });
  },
);

test('ordinary numbers of code and logs are nobody’s', () => {
  const ordinary = [
    '2026-11-30T10:00:00.0000000Z',
    'id: 1234567890123456',
    'sha256:4539148803436467aa',
    'https://api.acme.io/v1/items/4539148803436',
    '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16',
    'version 10.0.26100.4061',
    '{"id":44051401359,"nodes":[111222333]}',
    'DE12 words after it',
  ];
  expect(ordinary.filter((text) => found(text).length > 0)).toEqual([]);
});

test('what is no detector stands for nothing', () => {
  expect([
    isDetector('secrets'),
    isDetector('personal'),
    isDetector('github-token'),
    isDetector('hidden-tags'),
    isDetector('x'),
  ]).toEqual([true, true, true, false, false]);
  expect(found('card 4539 1488 0343 6467', ['x'])).toEqual([]);
});
