import { readGitConfig, unsetCommand, type GitSetting } from '../git-config.js';
import { governedTarget } from '../governed-address.js';
import { error, type Finding } from '../finding.js';
import type { StackLocation } from '../../stack-location.js';
import type { Surroundings } from '../surroundings.js';

/** `url.BASE.insteadOf`: git puts BASE where an address begins with the value. */
const baseOf = (key: string): string => key.replace(/^url\./, '').replace(/\.(?:push)?insteadof$/i, '');

function leadsAround({ key, value }: GitSetting, stack: StackLocation | undefined): boolean {
  const servers = stack?.enterpriseServers ?? [];
  const base = baseOf(key);
  if (stack && base.startsWith(stack.agentEndpoint)) return false;
  const from = governedTarget(value, servers);
  if (!from) return false;
  const to = governedTarget(base, servers);
  return to === undefined || !to.throughAgent;
}

/** No rewrite takes an address of GitHub's to where the agent is not. */
export async function checkGitRewrites({ env, cwd, stack }: Surroundings): Promise<Finding[]> {
  const rewrites = await readGitConfig('^url\\..*\\.(push)?insteadof$', { env, cwd });
  return rewrites
    .filter((setting) => leadsAround(setting, stack))
    .map((setting) =>
      error({
        code: 'rewrite_leads_around',
        what: `A rewrite in ${setting.where} sends ${setting.value} around the agent.`,
        fix: 'Take the rewrite away.',
        ...unsetCommand(setting),
      }),
    );
}
