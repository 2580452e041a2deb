import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileRules } from './engine/rule-set.js';
import { ViewScan } from './engine/view-scan.js';
import type { Rule } from './rule.js';
import { RULES } from './rules/index.js';
import { scanText } from './scan-text.js';
import { exampleText } from './testing/example-text.js';
import { SeededRandom } from './testing/seeded-random.js';

const SIZE = 1 << 19;
const filled = (unit: string): Buffer => Buffer.alloc(SIZE, unit, 'latin1');
const ORDINARY = readFileSync(
  fileURLToPath(new URL('../../../node_modules/typescript/lib/lib.dom.d.ts', import.meta.url)),
).subarray(0, 1 << 20);

/** Contents that lead a rule as far as it goes and give it nothing: its keywords close together, its examples cut short. */
function hostile(rule: Rule): Buffer[] {
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

interface Figure {
  name: string;
  value: number;
  unit: string;
  target?: string;
}

const ROUNDS = 3;

/** Milliseconds per MB; the best of several, for a pause of the machine is not the rule's cost. */
function cost(work: () => void, size: number): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    work();
    best = Math.min(best, (performance.now() - start) / (size / 1e6));
  }
  return best;
}

export const about =
  'One core. Ordinary source is the type declarations of the DOM. Hostile contents are made from each rule: its keywords side by side, and its examples cut short, over and over, 500 KB of each; the scanner gives a content up as unscanned when its rules have read too much of it.';

/** What scanning costs: ordinary source, and for every rule the content that leads it as far as it goes. */
export function bench({ quick = false }: { quick?: boolean } = {}): Figure[] {
  const ordinary = cost(() => scanText(ORDINARY, 'src/a.ts'), ORDINARY.length);
  const rules = RULES.filter((_, index) => !quick || index % 8 === 0);
  const costs = rules.flatMap((rule) => {
    const set = compileRules([rule]);
    return hostile(rule).map((content) => ({
      rule: rule.id,
      each: cost(() => new ViewScan(set, 'AGENTS.md', {}).whole(content), SIZE),
    }));
  });
  const [first, ...rest] = costs.sort((a, b) => b.each - a.each);
  const median = rest[Math.floor(rest.length / 2)];
  return [
    { name: 'secret scan, ordinary source', value: 1000 / ordinary, unit: 'MB/s' },
    { name: 'secret scan, ordinary source', value: ordinary, unit: 'ms/MB' },
    {
      name: `secret scan, costliest of ${costs.length} hostile contents (${first?.rule ?? ''})`,
      value: first?.each ?? 0,
      unit: 'ms/MB',
      target: 'at most 50',
    },
    { name: 'secret scan, hostile contents, median', value: median?.each ?? 0, unit: 'ms/MB' },
  ];
}
