import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AGENT_FLAGS } from '@holdshort/config';
import { HoldshortError } from '@holdshort/errors';

/**
 * The command that starts the agent.
 * @param named path of its program; empty means the one that the package has beside this program
 */
export function agentCommand(named: string): [string, ...string[]] {
  const program = named === '' ? fileURLToPath(new URL('./agent.mjs', import.meta.url)) : named;
  if (existsSync(program)) return [process.execPath, ...AGENT_FLAGS, program];
  throw new HoldshortError('not_found', `There is no program of the agent at ${program}.`, {
    advice: 'Install the package of docs/install.md, or name agent.mjs in HOLDSHORT_AGENT_PROGRAM.',
  });
}
