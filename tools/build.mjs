// Builds every project through nx (cached). `--quiet` prints only what failed.
import { nx } from './nx.mjs';

const quiet = process.argv.includes('--quiet');
const run = nx(['run-many', '-t', 'build', '--outputStyle=static', '--parallel=2'], quiet ? 'pipe' : 'inherit');
if (run.status !== 0 && quiet) process.stderr.write(`${run.stdout}${run.stderr}`);
process.exit(run.status ?? 1);
