import { CAPABILITY_HOST, CAPABILITY_PREFIX } from '../capability/capability-address.js';
import { API_HOST, COPILOT_HOST, GITHUB_HOST } from '../exchange/hosts.js';

/** Paths of the endpoint and what they stand for, in the form of a GitHub Enterprise Server. The first that fits counts. */
const PREFIXES: readonly { prefix: string; host: string; path: string }[] = [
  { prefix: '/git/', host: GITHUB_HOST, path: '/' },
  { prefix: '/api/v3/', host: API_HOST, path: '/' },
  { prefix: '/api/uploads/', host: 'uploads.github.com', path: '/' },
  { prefix: '/raw/', host: 'raw.githubusercontent.com', path: '/' },
  { prefix: '/copilot/', host: COPILOT_HOST, path: '/' },
  { prefix: '/cap/', host: CAPABILITY_HOST, path: CAPABILITY_PREFIX },
];

/** Where a path of the endpoint leads: a GHES-like base URL, for clients that ignore proxies. */
export function endpointDestination(url: string): { host: string; url: string } | undefined {
  if (url === '/api/graphql' || url.startsWith('/api/graphql?'))
    return { host: API_HOST, url: url.slice('/api'.length) };
  if (/^\/mcp(?:[/?]|$)/.test(url)) return { host: COPILOT_HOST, url };
  if (url === '/api/v3') return { host: API_HOST, url: '/' };
  const found = PREFIXES.find(({ prefix }) => url.startsWith(prefix));
  return found && { host: found.host, url: found.path + url.slice(found.prefix.length) };
}

/** The endpoint's address for one of GitHub's, or undefined where it has none. */
export function endpointAddress({ host, pathname, search }: URL, endpointUrl: string): string | undefined {
  const found = PREFIXES.find((entry) => entry.host === host && pathname.startsWith(entry.path));
  return found && `${endpointUrl}${found.prefix}${pathname.slice(found.path.length)}${search}`;
}
