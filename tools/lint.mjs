// Types of everything (specs and benchmarks too), eslint in one run, the boundary canary, prettier, buf.
//   npm run lint [-- PATH...]     with paths: eslint and prettier on these alone
import { spawnSync } from 'node:child_process';
import { ESLint } from 'eslint';

const CANARY = 'libs/boundary-canary/';
const paths = process.argv.slice(2);

const failures = [];
const step = (name, ok) => {
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${name}\n`);
  if (!ok) failures.push(name);
};
const tool = (bin, ...args) =>
  spawnSync(process.execPath, [`node_modules/${bin}`, ...args], { stdio: 'inherit' }).status === 0;

async function eslint(patterns) {
  const linter = new ESLint({ concurrency: 2 });
  const results = await linter.lintFiles(patterns);
  const isCanary = ({ filePath }) => filePath.includes(CANARY);
  const ours = results.filter((result) => !isCanary(result));
  const formatter = await linter.loadFormatter('stylish');
  process.stdout.write(await formatter.format(ours));
  step(
    'eslint',
    ours.every(({ errorCount, warningCount }) => errorCount + warningCount === 0),
  );
  return results.filter(isCanary).flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
}

if (paths.length > 0) {
  await eslint(paths);
} else {
  const tsc = 'typescript/bin/tsc';
  step('types', tool(tsc, '-p', 'tsconfig.lint.json') && tool(tsc, '-p', 'apps/console/tsconfig.spec.json'));
  const canary = await eslint(['apps', 'libs', 'tools']);
  step('the boundary canary is reported', canary.includes('@nx/enforce-module-boundaries'));
}
step(
  'prettier',
  tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', ...(paths.length > 0 ? paths : ['.'])),
);
if (paths.length === 0) {
  step('buf lint', tool('@bufbuild/buf/bin/buf', 'lint'));
  const published = spawnSync('git', ['rev-parse', '--verify', '--quiet', 'HEAD:proto']);
  if (published.status === 0)
    step('buf breaking against HEAD', tool('@bufbuild/buf/bin/buf', 'breaking', '--against', '.git#ref=HEAD'));
}
process.exit(failures.length === 0 ? 0 : 1);
