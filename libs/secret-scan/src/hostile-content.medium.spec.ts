import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compileRules } from './engine/rule-set.js';
import { ViewScan } from './engine/view-scan.js';
import { RULES } from './rules/index.js';

/**
 * The promise is 40 ms per MB. A test may not count on a quiet machine: its limit is a ratio to ordinary source in the same run,
 * which costs 4.8 ms per MB where the costliest rules cost 27. Measured in a process of its own, for a test runner makes globals a hundred times slower.
 */
const TIMES_ORDINARY = 8;

/** Costs are processor time. */
interface Costs {
  /** Seconds per byte. */
  ordinary: number;
  /** How many rules had how many contents. */
  rules: number;
  contents: number;
  /** The costliest contents, the most first. */
  costliest: { rule: string; unit: string; times: number }[];
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

async function measured(): Promise<Costs> {
  const folder = mkdtempSync(join(tmpdir(), 'hs-hostile-'));
  const outfile = join(folder, 'child.mjs');
  try {
    await build({
      entryPoints: [path('testing/hostile-costs.child.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
    const source = path('../../../node_modules/typescript/lib/lib.dom.d.ts');
    const { stdout, stderr, status } = spawnSync(process.execPath, [outfile, source, String(TIMES_ORDINARY)], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as Costs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('no content makes any single rule costlier than 40 ms per MB, as a ratio to ordinary source', async () => {
  const { ordinary, rules, contents, costliest } = await measured();
  const shown = costliest
    .slice(0, 3)
    .map(({ rule, times }) => `${rule} ${times.toFixed(1)} times, ${(times * ordinary * 1e9).toFixed(1)} ms/MB`);
  process.stdout.write(
    `${contents} contents; ordinary source ${(ordinary * 1e9).toFixed(1)} ms/MB; costliest ${shown.join('; ')}\n`,
  );
  expect(rules).toBe(RULES.length);
  expect(costliest.filter(({ times }) => times > TIMES_ORDINARY)).toEqual([]);
}, 600_000);

test('a content that is nothing but beginnings of secrets is given up after a known amount of work', () => {
  const content = Buffer.alloc(1 << 20, 'password = "token: secret_key=');
  expect(new ViewScan(compileRules(RULES), 'a.txt', {}).whole(content).exhausted).toBe(true);
});
