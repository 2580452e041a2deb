import { gitLines } from '../git-config.js';
import { governedTarget } from '../governed-address.js';
import { error, shellWord, type Finding } from '../finding.js';
import type { Surroundings } from '../surroundings.js';

/** A remote as git would use it: rewrites of the session or of the user are applied already. */
async function urlsOf(name: string, push: boolean, { env, cwd }: Surroundings): Promise<string[]> {
  return gitLines(['remote', 'get-url', ...(push ? ['--push'] : []), '--all', name], { env, cwd });
}

function examine(name: string, url: string, push: boolean, servers: readonly string[]): Finding[] {
  const target = governedTarget(url, servers);
  if (!target || target.throughAgent) return [];
  return [
    error({
      code: 'remote_leads_around',
      what: `Remote ${name} ${push ? 'pushes' : 'fetches'} by ${target.scheme}, which the agent does not see: ${target.shown}.`,
      fix: `Use https. In a session \`git@HOST:\` is rewritten by itself; other forms are not.`,
      command: `git remote set-url ${push ? '--push ' : ''}${shellWord(name)} ${shellWord(`https://${target.host}/${target.path}`)}`,
    }),
  ];
}

/** Each remote of the repository in this folder leads through the agent. */
export async function checkRemotes(surroundings: Surroundings): Promise<Finding[]> {
  const { env, cwd, stack } = surroundings;
  const names = await gitLines(['remote'], { env, cwd });
  const found: Finding[] = [];
  for (const name of names) {
    const fetches = await urlsOf(name, false, surroundings);
    const pushes = (await urlsOf(name, true, surroundings)).filter((url) => !fetches.includes(url));
    const servers = stack?.enterpriseServers ?? [];
    found.push(...fetches.flatMap((url) => examine(name, url, false, servers)));
    found.push(...pushes.flatMap((url) => examine(name, url, true, servers)));
  }
  return found;
}
