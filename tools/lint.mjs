// eslint per project through nx (its graph is what the boundary rule reads), the boundary canary, prettier, buf.
import { spawnSync } from 'node:child_process';
import { nx } from './nx.mjs';

const failures = [];
const step = (name, ok) => {
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${name}\n`);
  if (!ok) failures.push(name);
};
const tool = (bin, args, stdio = 'inherit') =>
  spawnSync(process.execPath, [`node_modules/${bin}`, ...args], { stdio, encoding: 'utf8' });

step('eslint', nx(['run-many', '-t', 'lint', '--outputStyle=static', '--parallel=2']).status === 0);

const canary = tool('eslint/bin/eslint.js', ['--format', 'json', 'libs/boundary-canary/src/index.ts'], 'pipe');
const rules = JSON.parse(canary.stdout || '[]').flatMap((file) => file.messages.map(({ ruleId }) => ruleId));
step('the boundary canary is reported', rules.includes('@nx/enforce-module-boundaries'));

step('prettier', tool('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']).status === 0);
step('buf lint', tool('@bufbuild/buf/bin/buf', ['lint']).status === 0);
const published = spawnSync('git', ['rev-parse', '--verify', '--quiet', 'HEAD:proto'], { encoding: 'utf8' });
if (published.status === 0) {
  step(
    'buf breaking against HEAD',
    tool('@bufbuild/buf/bin/buf', ['breaking', '--against', '.git#ref=HEAD']).status === 0,
  );
}
process.exit(failures.length === 0 ? 0 : 1);
