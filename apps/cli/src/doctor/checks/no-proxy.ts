import { bypassesAgent } from '../../governed-hosts.js';
import { error, shellWord, type Finding } from '../finding.js';
import type { Surroundings } from '../surroundings.js';

function examine(name: string, value: string, servers: readonly string[]): Finding[] {
  const entries = value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const around = entries.filter((entry) => bypassesAgent(entry, servers));
  if (around.length === 0) return [];
  const kept = entries.filter((entry) => !around.includes(entry));
  return [
    error({
      code: 'no_proxy_leads_around',
      what: `${name} sends ${around.join(', ')} around the agent.`,
      fix: 'Take these entries away, where they are set and here.',
      command: `export ${name}=${shellWord(kept.join(','))}`,
    }),
  ];
}

/** NO_PROXY has no exception for a governed host. */
export const checkNoProxy = ({ env, stack }: Surroundings): Finding[] =>
  ['NO_PROXY', 'no_proxy'].flatMap((name) => examine(name, env[name] ?? '', stack?.enterpriseServers ?? []));
