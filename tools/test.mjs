// All tests: builds first (suites start real processes), runs jest, says loudly what was skipped and why.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nx } from './nx.mjs';

const built = nx(['run-many', '-t', 'build', '--outputStyle=static', '--parallel=2'], 'pipe');
if (built.status !== 0) {
  process.stderr.write(`${built.stdout}${built.stderr}`);
  process.exit(1);
}

const out = mkdtempSync(path.join(tmpdir(), 'holdshort-test-'));
const report = path.join(out, 'report.json');
const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--maxWorkers=2',
    '--json',
    `--outputFile=${report}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env: { ...process.env, HOLDSHORT_LOG_LEVEL: process.env.HOLDSHORT_LOG_LEVEL ?? 'warn' } },
);

let result;
try {
  result = JSON.parse(readFileSync(report, 'utf8'));
} catch {
  process.stderr.write('jest ended without a report\n');
  process.exit(1);
} finally {
  rmSync(out, { recursive: true, force: true });
}
const skipped = result.testResults.flatMap(({ name, assertionResults }) =>
  assertionResults
    .filter(({ status }) => status === 'pending')
    .map(({ fullName }) => `${path.relative('.', name)}: ${fullName}`),
);
if (skipped.length > 0) process.stdout.write(`\nSKIPPED:\n${skipped.map((line) => `  ${line}\n`).join('')}`);
const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
process.stdout.write(`\n${result.numPassedTests} passed, ${failed} failed, ${result.numPendingTests} skipped\n`);
process.exit(jest.status === 0 && failed === 0 && result.numPassedTests > 0 ? 0 : 1);
