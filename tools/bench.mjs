// All benchmarks: every `*.bench.ts` of libs and of apps/e2e/src/bench, each in a process of its own, one after the other.
// `--quick` asks for short runs (benches get `{ quick }`); further words pick benches by a part of their path.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { bundled } from './bundle.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const quick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));

const FOLDERS = [
  ...readdirSync(path.join(ROOT, 'libs')).map((name) => `libs/${name}/src`),
  'apps/e2e/src/bench',
].filter((folder) => existsSync(path.join(ROOT, folder)));

const benches = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true })
    .filter((name) => name.endsWith('.bench.ts'))
    .map((name) => `${folder}/${name}`),
)
  .filter((file) => wanted.length === 0 || wanted.some((word) => file.includes(word)))
  .sort();

/** Runs in the child: measures, prints one line of JSON behind a mark. Benches may print as they like before it. */
const MARK = '@@bench ';
const CHILD = `globalThis.gc?.(); const heap = process.memoryUsage().heapUsed; const start = performance.now();
const { bench } = await import(process.argv[1]);
const loaded = performance.now() - start; globalThis.gc?.();
const rows = [{ name: 'load of the code and its tables', value: Math.round(loaded * 10) / 10, unit: 'ms' },
  { name: 'heap of the code and its tables', value: Math.round((process.memoryUsage().heapUsed - heap) / 1e5) / 10, unit: 'MB' },
  ...(await bench({ quick: ${String(quick)} }))];
process.stdout.write('\\n${MARK}' + JSON.stringify(rows) + '\\n'); process.exit(0);`;

const measure = (file) =>
  bundled(file, (bundle) =>
    spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', CHILD, bundle], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 64 << 20,
    }),
  );

let failed = 0;
for (const file of benches) {
  process.stdout.write(`\n${file}\n`);
  const { stdout, status } = await measure(file);
  const line = stdout.split('\n').find((text) => text.startsWith(MARK));
  if (status !== 0 || !line) {
    process.stdout.write('  FAILED\n');
    failed += 1;
    continue;
  }
  const rows = JSON.parse(line.slice(MARK.length));
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, value, unit } of rows)
    process.stdout.write(`  ${name.padEnd(width)}  ${String(value).padStart(12)} ${unit}\n`);
}
process.exit(failed === 0 && benches.length > 0 ? 0 : 1);
