import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HoldshortError } from '@holdshort/errors';

/** What keeps the agent below 90 MB idle and 150 MB under load (docs/benchmarks.md). */
const FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=48'];

/**
 * The command that starts the agent.
 * @param named path of its program; empty means the one that the package has beside this program
 */
export function agentCommand(named: string): [string, ...string[]] {
  const program = named === '' ? fileURLToPath(new URL('./agent.mjs', import.meta.url)) : named;
  if (existsSync(program)) return [process.execPath, ...FLAGS, program];
  throw new HoldshortError('not_found', `There is no program of the agent at ${program}.`, {
    advice: 'Install the package of docs/install.md, or name agent.mjs in HOLDSHORT_AGENT_PROGRAM.',
  });
}
