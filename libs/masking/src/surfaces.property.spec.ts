import fc from 'fast-check';
import { Masker } from './index.js';
import { canary, PERSONAL, seeded, TEMPLATES, type Canary } from './testing/canaries.js';
import { SURFACES, type Surface } from './testing/surfaces.js';

function masked(surface: Surface, answer: Buffer, cuts: readonly number[] = []): { out: Buffer; counts: string } {
  const masker = new Masker({ detectors: ['secrets', 'personal'], isEventStream: surface.isEventStream === true });
  const places = [...new Set([0, ...cuts.map((cut) => cut % (answer.length + 1)), answer.length])].sort(
    (a, b) => a - b,
  );
  const parts = places.slice(1).map((end, index) => masker.push(answer.subarray(places[index], end)));
  const out = Buffer.concat([...parts, masker.end()]);
  return { out, counts: JSON.stringify(masker.counts()) };
}

/** Objects and arrays with all strings emptied: what must not change. */
const shape = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, each: unknown) => (typeof each === 'string' ? '' : each)));

const jsonOf = ({ isEventStream }: Surface, answer: Buffer): unknown[] => {
  const text = answer.toString('utf8');
  const documents = isEventStream ? [...text.matchAll(/^data: ?(.*[^\r])\r?$/gm)].map(([, data]) => data!) : [text];
  return documents
    .filter((document) => /^[[{]/.test(document) && document !== '[DONE]')
    .map((document) => JSON.parse(document) as unknown);
};
const isJson = ({ name }: Surface): boolean => !/raw file|log of Actions/.test(name);

const CANARIES = (seed: number): Canary[] =>
  TEMPLATES.map((template, index) => canary(template, seeded(seed * 1000 + index)));
const FILLER = [
  'const a = 1;',
  '',
  '  # grüße 日本',
  'if (x) { return "y"; }',
  '\t- item: 3',
  'https://docs.acme.io/a/b',
  'back\\slash "quoted"',
];

/** A file of lines with canaries among them. */
const contents = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...FILLER) },
      { weight: 1, arbitrary: fc.constantFrom(...CANARIES(5)).map(({ text }) => text) },
    ),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((lines) => lines.join('\n'));
const cuts = fc.array(fc.nat(200_000), { maxLength: 40 });

test('there are canaries of at least 150 kinds', () => {
  expect(TEMPLATES.length + new Set(PERSONAL.map(({ rule }) => rule)).size).toBeGreaterThanOrEqual(150);
});

describe.each(SURFACES.map((surface) => [surface.name, surface] as const))('%s', (_, surface) => {
  test('however it is cut, the answer is that of the whole, as long as before, with the same structure', () => {
    fc.assert(
      fc.property(contents, cuts, (text, at) => {
        const answer = surface.write(text);
        const whole = masked(surface, answer);
        expect(masked(surface, answer, at)).toEqual(whole);
        expect(whole.out.length).toBe(answer.length);
        if (isJson(surface)) expect(jsonOf(surface, whole.out).map(shape)).toEqual(jsonOf(surface, answer).map(shape));
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  test('byte by byte as well', () => {
    const answer = surface.write(
      CANARIES(9)
        .slice(0, 12)
        .map(({ text }) => `line\n${text}\n`)
        .join(''),
    );
    const bytes = Array.from({ length: answer.length }, (_unused, index) => index);
    expect(masked(surface, answer, bytes)).toEqual(masked(surface, answer));
  });

  test('no canary comes through, of any kind', () => {
    const seen = [...CANARIES(3), ...PERSONAL].filter(({ text, secret }) => {
      const { out } = masked(surface, surface.write(`first line\n${text}\nlast line\n`));
      const read = surface.read(out);
      expect(read).toMatch(/first line[^]*last line/);
      return read.includes(secret) || out.includes(secret);
    });
    expect(seen.map(({ rule, text }) => [rule, text])).toEqual([]);
  });

  test('all canaries in one answer, far apart and over every border of the windows', () => {
    const all = CANARIES(4);
    const text = all.map((each) => `${'plain text of a file\n'.repeat(220)}${each.text}\n`).join('');
    const answer = surface.write(text);
    const { out } = masked(
      surface,
      answer,
      Array.from({ length: 300 }, (_unused, index) => index * 4099),
    );
    const read = surface.read(out);
    expect(all.filter(({ secret }) => read.includes(secret)).map(({ rule }) => rule)).toEqual([]);
    expect(out.length).toBe(answer.length);
  });

  test('an answer without secrets passes byte for byte', () => {
    const answer = surface.write(FILLER.join('\n').repeat(2000));
    expect(masked(surface, answer, [1, 5000, 70_000]).out.equals(answer)).toBe(true);
  });
});

test('any bytes whatever: as many come out, and the cuts do not matter', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }).map((array) => Buffer.from(array)),
    fc
      .array(
        fc.constantFrom(
          '"',
          '\\',
          '{',
          '}',
          '[',
          ']',
          ':',
          ',',
          'content',
          '\\n',
          'AAAA',
          'data: ',
          '\n\n',
          '\\u00',
          '=',
          ' ',
        ),
      )
      .map((parts) => Buffer.from(parts.join(''))),
    fc.json().map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(bytes, cuts, fc.boolean(), (answer, at, isEventStream) => {
      const surface = { name: 'any', isEventStream, write: () => answer, read: String };
      const whole = masked(surface, answer);
      expect(whole.out.length).toBe(answer.length);
      expect(masked(surface, answer, at)).toEqual(whole);
    }),
    { numRuns: 400, seed: 11 },
  );
});

test('any JSON stays JSON of the same structure', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...CANARIES(6)), (value, { text }) => {
      const answer = Buffer.from(JSON.stringify({ value, text, more: [value, { content: text }] }));
      const { out } = masked(SURFACES[0]!, answer);
      expect(shape(JSON.parse(out.toString('utf8')))).toEqual(shape(JSON.parse(answer.toString('utf8'))));
    }),
    { numRuns: 200, seed: 13 },
  );
});
