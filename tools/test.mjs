// All tests: builds first (suites start real processes), runs jest, says loudly what was skipped and why.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { nx } from './nx.mjs';

const built = nx(['run-many', '-t', 'build', '--outputStyle=static', '--parallel=2'], 'pipe');
if (built.status !== 0) {
  process.stderr.write(`${built.stdout}${built.stderr}`);
  process.exit(1);
}

/** Suites that start processes. */
const REAL = /\.(e2e|medium)\.spec\.ts$/;
const MOST_AGAIN = 6;

const out = mkdtempSync(path.join(tmpdir(), 'holdshort-test-'));
const env = {
  ...process.env,
  HOLDSHORT_LOG_LEVEL: process.env.HOLDSHORT_LOG_LEVEL ?? 'warn',
  // the programs that suites start, some a hundred times, are compiled once
  NODE_COMPILE_CACHE: path.join(out, 'compile-cache'),
};

/** @returns jest's report; its form is that of `jest --json` */
function jest(args) {
  const report = path.join(out, 'report.json');
  rmSync(report, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '--json',
      `--outputFile=${report}`,
      ...args,
    ],
    { stdio: 'inherit', env },
  );
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8')).testResults;
  } catch {
    process.stderr.write('jest ended without a report\n');
    process.exit(1);
  }
  if (status !== 0 && !results.some((suite) => suite.status === 'failed')) {
    process.stderr.write(`jest ended with ${status}, though no suite failed\n`);
    process.exit(1);
  }
  return results;
}

/** One line for each test that failed, or for a suite that did not get as far. */
function failedOf({ name, assertionResults, message }) {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  const line = (test, text) => `${relative(name)}: ${test}: ${stripVTControlCharacters(text).trim().split('\n')[0]}`;
  return failed.length > 0
    ? failed.map(({ fullName, failureMessages }) => line(fullName, failureMessages[0] ?? ''))
    : [line('the suite', message)];
}

const relative = (file) => path.relative('.', file);
const section = (title, lines) => {
  if (lines.length > 0) process.stdout.write(`\n${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`);
};

const suites = new Map(jest(['--maxWorkers=2', ...process.argv.slice(2)]).map((suite) => [suite.name, suite]));
// Suites of real processes have deadlines, and another suite ran beside them: each that failed has one more go, alone,
// and is named when that is what it needed.
const again = [...suites.values()].filter(({ name, status }) => status === 'failed' && REAL.test(name));
const unstable = [];
if (again.length > 0 && again.length <= MOST_AGAIN) {
  for (const suite of jest(['--runInBand', '--runTestsByPath', ...again.map(({ name }) => name)])) {
    if (suite.status === 'passed') unstable.push(...failedOf(suites.get(suite.name)));
    suites.set(suite.name, suite);
  }
}
rmSync(out, { recursive: true, force: true });

const results = [...suites.values()];
const count = (wanted) =>
  results.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === wanted).length;
const skipped = results.flatMap(({ name, assertionResults }) =>
  assertionResults.filter(({ status }) => status === 'pending').map(({ fullName }) => `${relative(name)}: ${fullName}`),
);
const failures = results.filter(({ status }) => status === 'failed').flatMap(failedOf);
section('SKIPPED', skipped);
section('UNSTABLE, passed only when run again alone', unstable);
section('FAILED', failures);
process.stdout.write(`\n${count('passed')} passed, ${failures.length} failed, ${skipped.length} skipped\n`);
process.exit(failures.length === 0 && count('passed') > 0 ? 0 : 1);
