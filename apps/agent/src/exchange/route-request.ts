import { surfaceOfHost, type Operation, type Surface } from '@holdshort/github-operations';
import { API_HOST, GITHUB_HOST } from './hosts.js';
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
  const copilot = routeCopilot(host, path);
  if (copilot) return copilot;
  if (host !== GITHUB_HOST) return { pipeline: 'unknown', surface: 'rest' };
  return routeGit(method, path, query);
}

/** Copilot's hosts serve models, the coding agent and GitHub's MCP server, and take telemetry. */
function routeCopilot(host: string, path: string): Route | undefined {
  const kind = surfaceOfHost(host);
  if (kind === 'copilot' && (path === '/mcp' || path.startsWith('/mcp/'))) return { pipeline: 'mcp', surface: 'mcp' };
  return kind === 'copilot' || kind === 'copilot-telemetry' ? { pipeline: 'copilot', surface: 'copilot' } : undefined;
}

function routeGit(method: string, path: string, query: string): Route {
  if (method === 'POST' && path.endsWith('/git-upload-pack')) return { pipeline: 'git-read', surface: 'git' };
  if (method === 'POST' && path.endsWith('/git-receive-pack')) return { pipeline: 'git-push', surface: 'git' };
  if (path.endsWith('/info/refs')) {
    const service = new URLSearchParams(query).get('service');
    return { pipeline: service === 'git-receive-pack' ? 'git-push-advertisement' : 'git-read', surface: 'git' };
  }
  return { pipeline: 'unknown', surface: 'rest' };
}

/** What is known of a call before it is classified; stands in the event of one that ends earlier. */
export const unclassified = (route: Route, host: string, method: string, path: string): Operation => ({
  surface: route.surface,
  id: 'unclassified',
  class: 'admin',
  intents: [],
  method,
  path,
  host,
});
