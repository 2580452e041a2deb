import { HoldshortError } from '@holdshort/errors';
import { isGithubHost } from '@holdshort/github-operations';
import type { Exchange } from './exchange.js';
import { API_HOST, GITHUB_HOST } from './hosts.js';

/**
 * Paths of a GitHub Enterprise Server and the hosts of github.com that serve the like; the first that fits counts.
 * https://docs.github.com/enterprise-server/rest/using-the-rest-api/getting-started-with-the-rest-api
 */
const PREFIXES: readonly { prefix: string; host: string; path: string }[] = [
  { prefix: '/api/v3/', host: API_HOST, path: '/' },
  { prefix: '/api/graphql', host: API_HOST, path: '/graphql' },
  { prefix: '/api/uploads/', host: 'uploads.github.com', path: '/' },
];

/**
 * Where a call to a server would go at github.com: there it is routed and classified. Repositories are at the root of
 * both; of what is below /api only the above is known, and nothing there is a repository's.
 */
export function asAtGithub(server: string, url: string): { host: string; url: string } {
  if (url === '/api/v3' || url.startsWith('/api/v3?'))
    return { host: API_HOST, url: `/${url.slice('/api/v3'.length)}` };
  const found = PREFIXES.find(({ prefix }) => (prefix.endsWith('/') ? url.startsWith(prefix) : isPath(url, prefix)));
  if (found) return { host: found.host, url: found.path + url.slice(found.prefix.length) };
  return /^\/api(?:[/?]|$)/i.test(decoded(url)) ? { host: server, url } : { host: GITHUB_HOST, url };
}

const isPath = (url: string, path: string): boolean => url === path || url.startsWith(`${path}?`);

/** A path that is written in another way must not get around the comparison. */
function decoded(url: string): string {
  try {
    return decodeURIComponent(url).replace(/^\/+/, '/');
  } catch {
    return '/api'; // unreadable: known to nobody
  }
}

/** The path at the server of what is at `host` of github.com; of a server's own calls no other hosts come. */
export function pathAtServer(host: string, path: string): string {
  if (host === API_HOST) return isPath(path, '/graphql') ? `/api${path}` : `/api/v3${path}`;
  return host === GITHUB_HOST ? path : `/api/uploads${path}`;
}

/** The host that the call is to: policy, credential and record speak of it. */
export const calledHost = ({ server, host }: Pick<Exchange, 'server' | 'host'>): string => server ?? host;

/** The same for a call of the agent's own to the API, beside a call to `server`. */
export const apiAt = (server: string | undefined, path: string): { host: string; path: string } =>
  server === undefined ? { host: API_HOST, path } : { host: server, path: pathAtServer(API_HOST, path) };

/**
 * Whether following the address is a call like this one: on the host that was asked, and none to its storage. A server
 * has storage under its own name, by addresses that are credentials; only those of its API are known to be none.
 */
export function staysHere({ operation, server, capability }: Exchange, target: URL): boolean {
  if (capability !== undefined || target.protocol !== 'https:' || target.host !== operation.host) return false;
  return server === undefined || (target.pathname.startsWith('/api/v3/') && !target.searchParams.has('token'));
}

/** @throws HoldshortError `request_malformed` for what is no plain name, or is GitHub's own */
export function readServers(list: readonly string[], setting = 'HOLDSHORT_AGENT_ENTERPRISE_SERVERS'): string[] {
  return list.map((entry) => {
    const host = entry.toLowerCase();
    if (/^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/.test(host) && !/^[\d.]+$/.test(host) && !isGithubHost(host))
      return host;
    throw new HoldshortError(
      'request_malformed',
      `${setting}: ${entry.slice(0, 100)} is no host name of ${setting.endsWith('SERVERS') ? 'a GitHub Enterprise Server' : 'a model'}.`,
    );
  });
}
