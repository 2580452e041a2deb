import { readFileSync } from 'node:fs';
import { compileRules } from '../engine/rule-set.js';
import { ViewScan } from '../engine/view-scan.js';
import type { Rule } from '../rule.js';
import { RULES } from '../rules/index.js';
import { scanText } from '../scan-text.js';
import { hostileContents } from './hostile-content.js';

/** First runs are slow until what they run is compiled: the first look takes the best of so many. */
const TRIES = 8;
/** Of the limit: what a first look finds to cost less needs no second run. */
const CHEAP = 0.5;
/** So many of the costliest are measured again, and all that seemed to be over the limit. */
const COSTLIEST = 24;
const WARM_UP = 20;
/** A hostile content is short: so many runs of it are about as long as one of ordinary source. */
const RUNS = 4;
/** Odd, so that the median is one of them. */
const PAIRS = 15;

interface Content {
  rule: string;
  unit: string;
  bytes: number;
  work: () => void;
  times: number;
}

const [, , source = '', limit = '1'] = process.argv;
const ordinaryText = readFileSync(source).subarray(0, 1 << 20);
const scanOrdinary = (): void => void scanText(ordinaryText, 'src/a.ts');

/** Processor time in seconds per byte: other work on the machine does not count. */
function cost(work: () => void, bytes: number, runs = 1): number {
  const before = process.cpuUsage();
  for (let run = 0; run < runs; run++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / bytes / runs;
}

function least(work: () => void, bytes: number, enough = 0): number {
  let best = Infinity;
  for (let tries = 0; tries < TRIES && best > enough; tries++) best = Math.min(best, cost(work, bytes));
  return best;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
const times = (count: number, work: () => void): void => Array.from({ length: count }).forEach(work);

function contentsOf(rule: Rule): Content[] {
  const set = compileRules([rule]);
  return hostileContents(rule).map((content) => {
    const work = (): void => void new ViewScan(set, 'AGENTS.md', {}).whole(content);
    const enough = ordinaryLeast * Number(limit) * CHEAP;
    return {
      ...{ rule: rule.id, unit: content.toString('latin1', 0, 60), bytes: content.length, work },
      times: least(work, content.length, enough) / ordinaryLeast,
    };
  });
}

/** Turn by turn with ordinary source, the median: a machine that has become slower slows both. */
function again({ work, bytes, ...content }: Content): Omit<Content, 'work' | 'bytes'> {
  times(WARM_UP, work);
  const ratios = Array.from({ length: PAIRS }, () => {
    const ordinary = cost(scanOrdinary, ordinaryText.length);
    ordinaryCosts.push(ordinary);
    return cost(work, bytes, RUNS) / ordinary;
  });
  return { ...content, times: median(ratios) };
}

times(WARM_UP, scanOrdinary);
const ordinaryLeast = least(scanOrdinary, ordinaryText.length);
const ordinaryCosts: number[] = [];
const contents = RULES.flatMap(contentsOf).sort((a, b) => b.times - a.times);
const costliest = contents
  .filter((content, index) => index < COSTLIEST || content.times > Number(limit))
  .map(again)
  .sort((a, b) => b.times - a.times);

process.stdout.write(
  JSON.stringify({
    ordinary: median(ordinaryCosts),
    rules: new Set(contents.map(({ rule }) => rule)).size,
    contents: contents.length,
    costliest,
  }),
);
