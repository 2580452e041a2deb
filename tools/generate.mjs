// Everything that is generated and committed: contracts from proto, operation tables from GitHub's schemas, docs/reference from the tables in the code. `--check` fails where a commit is out of date.
import { spawnSync } from 'node:child_process';

const buf = spawnSync(process.execPath, ['node_modules/@bufbuild/buf/bin/buf', 'generate'], { stdio: 'inherit' });
if (buf.status !== 0) process.exit(1);
const check = process.argv.includes('--check');
const operations = spawnSync(process.execPath, ['tools/generate-operations.mjs', ...(check ? ['--check'] : [])], {
  stdio: 'inherit',
});
if (operations.status !== 0) process.exit(1);
const reference = spawnSync(process.execPath, ['tools/generate-reference.mjs', ...(check ? ['--check'] : [])], {
  stdio: 'inherit',
});
if (reference.status !== 0) process.exit(1);
if (check) {
  const diff = spawnSync('git', ['diff', '--exit-code', '--stat', '--', 'libs/contracts/src/gen'], {
    stdio: 'inherit',
  });
  process.exit(diff.status ?? 1);
}
