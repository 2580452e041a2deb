// The chaos run by hand, as long as wanted: `npm run chaos -- --faults 1000 --seed 7` (docs/chaos.md).
import path from 'node:path';
import { parseArgs } from 'node:util';
import { spawn } from 'node:child_process';
import { bundled } from './bundle.mjs';

const { values } = parseArgs({
  options: { faults: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
const [faults, seed] = [Number(values.faults), Number(values.seed)];
if (!Number.isInteger(faults) || faults < 1 || !Number.isInteger(seed)) {
  process.stderr.write('usage: npm run chaos -- [--faults N] [--seed N]\n');
  process.exit(2);
}

const ROOT = path.resolve(import.meta.dirname, '..');
const CHILD = `const { chaosCommand } = await import(process.argv[1]);
process.exit(await chaosCommand(${faults}, ${seed}));`;
// It hears Ctrl-C by itself, ends and cleans up; this process waits for it.
let run;
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => run?.kill('SIGTERM'));
const status = await bundled('apps/e2e/src/suites/chaos/chaos-command.ts', (bundle) => {
  run = spawn(process.execPath, ['--input-type=module', '-e', CHILD, bundle], { cwd: ROOT, stdio: 'inherit' });
  return new Promise((resolve) => {
    run.once('exit', resolve);
  });
});
process.exit(status ?? 1);
