// Types of everything (specs and benchmarks too), eslint in one run, the boundary canary, prettier, buf.
//   npm run lint [-- PATH...]     builds first: the console is checked against built packages; with paths: eslint and prettier on these alone
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';

const CANARY = 'libs/boundary-canary/';
const paths = process.argv.slice(2);

let failed = false;
function step(name, ok, said = '') {
  process.stdout.write(`${said}${ok ? 'ok  ' : 'FAIL'} ${name}\n`);
  failed ||= !ok;
}

/** Starts a program beside what else runs. @returns what it said, and how it ended */
function start(command, ...args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const status = new Promise((resolve) => child.once('exit', resolve));
  return Promise.all([status, text(child.stdout)]);
}
async function tool(name, bin, ...args) {
  const [status, said] = await start(process.execPath, `node_modules/${bin}`, ...args);
  step(name, status === 0, said);
}

async function others() {
  const prettier = ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn'];
  if (paths.length > 0) return tool('prettier', ...prettier, ...paths);
  await tool('types', 'typescript/bin/tsc', '-p', 'tsconfig.lint.json');
  await tool('types of the console', 'typescript/bin/tsc', '-p', 'apps/console/tsconfig.spec.json');
  await tool('prettier', ...prettier, '.');
  await tool('buf lint', '@bufbuild/buf/bin/buf', 'lint');
  const [published] = await start('git', 'rev-parse', '--verify', '--quiet', 'HEAD:proto');
  if (published === 0)
    await tool('buf breaking against HEAD', '@bufbuild/buf/bin/buf', 'breaking', '--against', '.git#ref=HEAD');
}

async function eslint() {
  const linter = new ESLint();
  const results = await linter.lintFiles(paths.length > 0 ? paths : ['apps', 'libs', 'tools']);
  const isCanary = ({ filePath }) => filePath.includes(CANARY);
  const ours = results.filter((result) => !isCanary(result));
  const formatter = await linter.loadFormatter('stylish');
  const clean = ours.every(({ errorCount, warningCount }) => errorCount + warningCount === 0);
  step('eslint', clean, await formatter.format(ours));
  if (paths.length > 0) return;
  const rules = results.filter(isCanary).flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
  step('the boundary canary is reported', rules.includes('@nx/enforce-module-boundaries'));
}

await Promise.all([others(), eslint()]);
process.exit(failed ? 1 : 0);
