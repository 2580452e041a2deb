import { surfaceOfHost, type HostKind, type Operation, type Surface } from '@holdshort/github-operations';
import { capabilityId } from '../capability/capability-address.js';
import { API_HOST, GIST_HOST, GITHUB_HOST, REGISTRY_HOST } from './hosts.js';
import type { PipelineName } from './pipelines.js';

export interface Route {
  pipeline: PipelineName;
  surface: Surface;
}

/** Which pipeline a call takes: by method and path, never by what a header claims. Unknown ends in `unknown`. */
export function routeRequest(host: string, method: string, path: string, query: string): Route {
  if (host === API_HOST) {
    return path === '/graphql' ? { pipeline: 'graphql', surface: 'graphql' } : { pipeline: 'rest', surface: 'rest' };
  }
  if (host === REGISTRY_HOST) return { pipeline: 'registry', surface: 'download' };
  if (host === GIST_HOST) return routeGist(method, path, query);
  if (host !== GITHUB_HOST) return routeCopilot(host, path) ?? routeOtherHost(host, path);
  return routeGit(method, path, query);
}

/** Copilot's hosts serve models, the coding agent and GitHub's MCP server, and take telemetry. */
function routeCopilot(host: string, path: string): Route | undefined {
  const kind = surfaceOfHost(host);
  if (kind === 'copilot' && (path === '/mcp' || path.startsWith('/mcp/'))) return { pipeline: 'mcp', surface: 'mcp' };
  return kind === 'copilot' || kind === 'copilot-telemetry' ? { pipeline: 'copilot', surface: 'copilot' } : undefined;
}

/** Hosts of files. The download pipeline also has the words for those of them that are not served. */
const FILE_HOSTS: ReadonlySet<HostKind | undefined> = new Set(['raw', 'codeload', 'objects', 'gist']);

function routeOtherHost(host: string, path: string): Route {
  if (capabilityId(host, path) !== undefined) return { pipeline: 'capability', surface: 'download' };
  const kind = surfaceOfHost(host);
  if (kind === 'uploads') return { pipeline: 'upload', surface: 'upload' };
  if (FILE_HOSTS.has(kind)) return { pipeline: 'download', surface: 'download' };
  return { pipeline: 'unknown', surface: 'rest' };
}

/** Gists are git repositories and raw files; the download pipeline has the words for everything else of theirs. */
function routeGist(method: string, path: string, query: string): Route {
  const route = routeGit(method, path, query);
  return route.surface === 'git' ? route : { pipeline: 'download', surface: 'download' };
}

function routeGit(method: string, path: string, query: string): Route {
  if (method === 'POST' && path.endsWith('/git-upload-pack')) return { pipeline: 'git-read', surface: 'git' };
  if (method === 'POST' && path.endsWith('/git-receive-pack')) return { pipeline: 'git-push', surface: 'git' };
  if (path.endsWith('/info/refs')) {
    const service = new URLSearchParams(query).get('service');
    return { pipeline: service === 'git-receive-pack' ? 'git-push-advertisement' : 'git-read', surface: 'git' };
  }
  if (path.includes('/info/lfs/')) return { pipeline: 'lfs', surface: 'lfs' };
  if (DOWNLOAD.test(path)) return { pipeline: 'download', surface: 'download' };
  return { pipeline: 'unknown', surface: 'rest' };
}

/** Downloads from github.com itself: archives, files, release assets. */
const DOWNLOAD = /^\/[^/]+\/[^/]+\/(archive|tarball|zipball|raw|releases\/(latest\/)?download)\//;

/** What is known of a call before it is classified; stands in the event of one that ends earlier. */
export const unclassified = (route: Route, host: string, method: string, path: string): Operation => ({
  surface: route.surface,
  id: 'unclassified',
  class: 'admin',
  intents: [],
  method,
  // a local address is as good as what it stands for, to its session: it is not written down
  path: route.pipeline === 'capability' ? '/holdshort-cap/...' : path,
  host,
});
