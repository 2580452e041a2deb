import { GITHUB_DOMAINS } from '@holdshort/github-operations';

/**
 * Whether a NO_PROXY entry (`host`, `.domain`, `*.domain`, `*`) would let governed traffic pass the proxy by.
 * @param servers hosts of GitHub Enterprise Servers
 */
export function bypassesAgent(entry: string, servers: readonly string[]): boolean {
  const name = entry
    .trim()
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\*?\.?/, '');
  if (name === '') return true;
  return [...GITHUB_DOMAINS, ...servers].some(
    (domain) => name === domain || name.endsWith(`.${domain}`) || domain.endsWith(`.${name}`),
  );
}
