import type { Rule } from '../rule.js';
import { exampleText } from './example-text.js';
import { SeededRandom } from './seeded-random.js';

const SIZE = 1 << 17;
const filled = (unit: string): Buffer => Buffer.alloc(SIZE, unit, 'latin1');

/** Contents that lead a rule as far as it goes and give it nothing: its keywords close together, its examples cut short. */
export function hostileContents(rule: Rule): Buffer[] {
  const random = new SeededRandom(11);
  const keywords = rule.keywords.flatMap((keyword) => [
    keyword,
    `${keyword}=`,
    ` ${keyword}: "`,
    `\n${keyword}${'A1b'.repeat(20)}.`,
  ]);
  const examples = rule.examples.like.flatMap((template) => {
    const text = exampleText(template, random);
    return [
      `${text.slice(0, -1)}!`,
      ` ${text.slice(0, Math.ceil(text.length * 0.6))} `,
      `${text}${text.slice(-1).repeat(3)}_`,
    ];
  });
  return [...keywords.slice(0, 24), ...examples].map(filled);
}
