import { readFileSync } from 'node:fs';
import { compileRules, type RuleSet } from '../engine/rule-set.js';
import { ViewScan } from '../engine/view-scan.js';
import type { Rule } from '../rule.js';
import { RULES } from '../rules/index.js';
import { scanText } from '../scan-text.js';
import { hostileContents } from './hostile-content.js';

/** First runs are slow until what they run is compiled, and the machine pauses: neither is the rule's cost. */
const TRIES = 60;
/** Odd, so that the median is one of them. */
const PAIRS = 15;

function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/** Seconds per byte, the best of several; once is enough where it is cheap. */
function cost(work: () => void, bytes: number, enough: number): number {
  let best = Infinity;
  for (let times = 0; times < TRIES && best > enough; times++) best = Math.min(best, seconds(work) / bytes);
  return best;
}

const [, , source = '', limit = '1'] = process.argv;
const ordinaryText = readFileSync(source).subarray(0, 1 << 20);
const ordinary = cost(() => scanText(ordinaryText, 'src/a.ts'), ordinaryText.length, 0);

/** What is over the limit is measured again beside ordinary source, turn by turn: a machine that has become slower slows both. */
function pairedTimes(work: () => void, bytes: number): number {
  const ratios = Array.from({ length: PAIRS }, () => {
    const each = seconds(work) / bytes;
    return each / (seconds(() => scanText(ordinaryText, 'src/a.ts')) / ordinaryText.length);
  });
  return ratios.sort((a, b) => a - b)[(PAIRS - 1) / 2] as number;
}

function timesOrdinary(set: RuleSet, content: Buffer): number {
  const work = (): void => void new ViewScan(set, 'AGENTS.md', {}).whole(content);
  const times = cost(work, content.length, ordinary * Number(limit)) / ordinary;
  return times > Number(limit) ? pairedTimes(work, content.length) : times;
}

function costliest(rule: Rule): { rule: string; unit: string; times: number } {
  const set = compileRules([rule]);
  const costs = hostileContents(rule).map((content) => ({
    rule: rule.id,
    unit: content.toString('latin1', 0, 60),
    times: timesOrdinary(set, content),
  }));
  return costs.reduce((most, each) => (each.times > most.times ? each : most), { rule: rule.id, unit: '', times: 0 });
}

process.stdout.write(JSON.stringify({ ordinary, rules: RULES.map(costliest) }));
