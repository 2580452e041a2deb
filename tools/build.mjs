// Builds every project through nx (cached). `--quiet` prints only what failed.
import { spawnSync } from 'node:child_process';

const quiet = process.argv.includes('--quiet');
const nx = spawnSync(
  process.execPath,
  ['node_modules/nx/dist/bin/nx.js', 'run-many', '-t', 'build', ...(quiet ? ['--outputStyle=static'] : [])],
  { stdio: quiet ? 'pipe' : 'inherit', encoding: 'utf8', env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' } },
);
if (nx.status !== 0 && quiet) process.stderr.write(`${nx.stdout}${nx.stderr}`);
process.exit(nx.status ?? 1);
