import { hiddenRun, bidiControl } from '../forms/hidden-run.js';
import { PRECEDENCE, type Rule } from '../rule.js';

const latin1 = (...points: number[]): string[] =>
  points.map((point) => Buffer.from(String.fromCodePoint(point), 'utf8').toString('latin1'));

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const SHOW = 'Open the file in an editor that shows invisible characters, and take out what people cannot see.';

type Given = Pick<Rule, 'id' | 'title' | 'where' | 'keywords' | 'find' | 'examples'> & Partial<Rule>;

const hidden = (rule: Given): Rule => ({
  severity: 'block',
  kind: 'hidden-text',
  advice: SHOW,
  expressions: [],
  precedence: PRECEDENCE.generic,
  guessable: false,
  validation: 'length of the run, and where it stands',
  ...rule,
});

/** First three bytes of U+E0000..E007F and U+E0100..E01EF in UTF-8, with the fourth left to the rule. */
const TAGS = ['\xf3\xa0\x80', '\xf3\xa0\x81'];
const SUPPLEMENT = ['\xf3\xa0\x84', '\xf3\xa0\x85', '\xf3\xa0\x86', '\xf3\xa0\x87'];

/**
 * Text that people do not see and machines read. Unicode TR 36 and 39; "Trojan Source" (Boucher and Anderson, 2021) for
 * bidirectional controls; tag characters and variation selectors carry whole sentences into prompts.
 */
export const HIDDEN_TEXT: readonly Rule[] = [
  hidden({
    id: 'hidden-bidi-override',
    title: 'Bidirectional override: the text reads differently from what runs',
    where: 'source',
    keywords: latin1(0x202d, 0x202e),
    find: bidiControl,
    examples: {
      like: ['a \u202e b', 'if (x) { /* \u202d } */'],
      unlike: ['a \u200f b', 'plain text', '\u05d0\u05d1\u05d2'],
    },
  }),
  hidden({
    id: 'hidden-bidi-control',
    title: 'Bidirectional embedding or isolate in a file that assistants obey',
    where: 'instructions',
    keywords: latin1(0x202a, 0x202b, ...range(0x2066, 0x2068)),
    find: bidiControl,
    examples: { like: ['a \u2066 b', 'x \u202b y'], unlike: ['a \u200f b', 'plain text'] },
  }),
  hidden({
    id: 'trojan-source',
    title: 'Bidirectional embedding or isolate in source',
    severity: 'warn',
    where: 'source',
    keywords: latin1(0x202a, 0x202b, ...range(0x2066, 0x2068)),
    find: bidiControl,
    examples: { like: ['a \u2067 b', 'x \u202a y'], unlike: ['a \u200f b', 'plain text'] },
    precedence: PRECEDENCE.generic - 1,
  }),
  hidden({
    id: 'hidden-tags',
    title: 'Tag characters: text that only machines read',
    where: 'instructions',
    keywords: TAGS,
    find: hiddenRun('tags', 1),
    examples: {
      like: ['hello\u{e0068}\u{e0069}', '\u{e0001}\u{e0041}\u{e0042} x'],
      unlike: ['\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} flag', 'plain text'],
    },
  }),
  hidden({
    id: 'hidden-variation-selectors',
    title: 'A run of variation selectors: data that only machines read',
    where: 'instructions',
    keywords: [...latin1(...range(0xfe00, 0xfe0f)), ...SUPPLEMENT],
    find: hiddenRun('selectors', 2),
    examples: {
      like: ['a\ufe01\ufe02\ufe03', 'b\u{e0101}\u{e0102}\u{e0120}'],
      unlike: ['\u2764\ufe0f', '\u845b\u{e0100}', 'plain text'],
    },
  }),
  hidden({
    id: 'hidden-zero-width',
    title: 'Zero-width characters: text that people do not see',
    where: 'instructions',
    keywords: latin1(
      0x200b,
      0x200c,
      0x200d,
      0x2060,
      0x2061,
      0x2062,
      0x2063,
      0x2064,
      0xfeff,
      0x180e,
      0x3164,
      0xffa0,
      0x115f,
      0x1160,
    ),
    find: hiddenRun('zero-width', 2),
    examples: {
      like: ['a\u200b\u200c\u200bb', 'ig\u2062\u2063nore'],
      unlike: ['\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', '\ufeff# Title', 'plain text'],
    },
  }),
  hidden({
    id: 'hidden-payload',
    title: 'A long run of invisible characters in source',
    where: 'source',
    keywords: [
      ...TAGS,
      ...SUPPLEMENT,
      ...latin1(...range(0xfe00, 0xfe0f), 0x200b, 0x200c, 0x200d, 0x2060, 0x2062, 0x2063, 0x2064, 0x3164, 0xffa0),
    ],
    find: hiddenRun('any', 8),
    precedence: PRECEDENCE.generic - 1,
    examples: {
      like: [
        'eval("\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09")',
        'x\u200b\u200c\u200b\u200c\u200b\u200c\u200b\u200c\u200by',
      ],
      unlike: ['\u2764\ufe0f', 'a\u200bb', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
    },
  }),
];
