import { scanText } from '../scan-text.js';
import { exampleText, placeholderText } from '../testing/example-text.js';
import { SeededRandom } from '../testing/seeded-random.js';
import { RULES } from './index.js';

const found = (text: string, path = 'src/a.ts'): string[] => scanText(Buffer.from(text), path).map(({ rule }) => rule);
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);

test('every rule has an id of its own and says what to do', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  for (const { title, advice, id } of RULES) {
    expect(id).toMatch(/^[a-z0-9-]{3,64}$/);
    expect(title.length).toBeGreaterThan(3);
    expect(advice).toMatch(/\.$/);
  }
});

test('no expression of a rule repeats without a bound', () => {
  for (const { id, expressions } of RULES)
    for (const { source } of expressions) {
      const bare = source.replace(/\\./g, '_').replace(/\[[^\]]*\]/g, '_');
      expect([id, /[*+]|\{\d*,\}/.exec(bare)?.[0]]).toEqual([id, undefined]);
    }
});

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (id, { examples, kind, where }) => {
  const path = where === 'instructions' ? 'AGENTS.md' : 'src/a.ts';
  const missing = (template: string): string[] =>
    SEEDS.map((seed) => exampleText(template, new SeededRandom(seed))).filter(
      (text) => !found(text, path).includes(id),
    );

  test('finds its examples', () => {
    expect(examples.like.length).toBeGreaterThanOrEqual(2);
    for (const template of examples.like) expect([template, missing(template)]).toEqual([template, []]);
  });

  test('does not find what is not like them', () => {
    const unlike = [
      ...examples.unlike.map((template) => exampleText(template, new SeededRandom(7))),
      ...(kind === 'secret' ? examples.like.map(placeholderText) : []),
    ];
    expect(unlike.length).toBeGreaterThanOrEqual(2);
    for (const text of unlike) expect([text, found(text, path).filter((rule) => rule === id)]).toEqual([text, []]);
  });
});
