/** Domains whose traffic the agent governs: a NO_PROXY entry must not lead around it. */
const GOVERNED_DOMAINS = ['github.com', 'githubusercontent.com', 'githubcopilot.com', 'ghcr.io', 'github.io'];

/** Whether a NO_PROXY entry (`host`, `.domain`, `*.domain`, `*`) would let governed traffic pass the proxy by. */
export function bypassesAgent(entry: string): boolean {
  const name = entry
    .trim()
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\*?\.?/, '');
  if (name === '') return true;
  return GOVERNED_DOMAINS.some(
    (domain) => name === domain || name.endsWith(`.${domain}`) || domain.endsWith(`.${name}`),
  );
}
