// All benchmarks: every `*.bench.ts` of libs, of the ingest and of apps/e2e/src/bench, each in a process of its own, one after the other.
// `--quick` asks for short runs and `--long` for long ones (benches get `{ quick, long }`), `--write` puts the figures into docs/benchmarks.md;
// further words pick benches by a part of their path.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { benchmarksPage, toText } from './benchmarks-page.mjs';
import { bundled } from './bundle.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const quick = process.argv.includes('--quick');
const long = process.argv.includes('--long');
const write = process.argv.includes('--write');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
if (write && wanted.length > 0) {
  process.stderr.write('--write is for a run of all benches: the page would lose the others\n');
  process.exit(2);
}

const FOLDERS = [
  ...readdirSync(path.join(ROOT, 'libs')).map((name) => `libs/${name}/src`),
  'apps/audit-ingest/src',
  'apps/e2e/src/bench',
].filter((folder) => existsSync(path.join(ROOT, folder)));

const benches = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true })
    .filter((name) => name.endsWith('.bench.ts'))
    .map((name) => `${folder}/${name}`),
)
  .filter((file) => wanted.length === 0 || wanted.some((word) => file.includes(word)))
  .sort();

/** Runs in the child: measures, prints one line of JSON behind a mark. What a bench prints itself is passed on. */
const MARK = '@@bench ';
const CHILD = `const { bench, about = '' } = await import(process.argv[1]);
const rows = await bench({ quick: ${String(quick)}, long: ${String(long)} });
process.stdout.write('\\n${MARK}' + JSON.stringify({ about, rows }) + '\\n'); process.exit(0);`;

const measure = (file) =>
  bundled(file, (bundle) =>
    spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', CHILD, bundle], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 64 << 20,
    }),
  );

function print({ rows, remarks }) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const remark of remarks) process.stdout.write(`  ${remark}\n`);
  for (const { name, value, unit, min, max, target } of rows) {
    const range = min === undefined ? '' : `  (${toText(min)} to ${toText(max)})`;
    const promised = target === undefined ? '' : `  target: ${target}`;
    process.stdout.write(`  ${name.padEnd(width)}  ${toText(value).padStart(9)} ${unit}${range}${promised}\n`);
  }
}

const before = loadavg()[0];
const done = [];
const failed = [];
for (const file of benches) {
  process.stdout.write(`\n${file}\n`);
  const { stdout, status } = await measure(file);
  const lines = stdout.split('\n').filter((text) => text.trim() !== '');
  const line = lines.find((text) => text.startsWith(MARK));
  if (status !== 0 || !line) {
    process.stdout.write(`${lines.join('\n')}\n  FAILED\n`);
    failed.push(file);
    continue;
  }
  const remarks = lines.filter((text) => !text.startsWith(MARK)).map((text) => text.trim());
  const result = { file, remarks, ...JSON.parse(line.slice(MARK.length)) };
  print(result);
  done.push(result);
}
if (write) {
  writeFileSync(path.join(ROOT, 'docs/benchmarks.md'), benchmarksPage({ results: done, failed, quick, before }));
  process.stdout.write('\nwritten to docs/benchmarks.md\n');
}
process.exit(failed.length === 0 && benches.length > 0 ? 0 : 1);
