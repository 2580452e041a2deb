import http from 'node:http';
import type { AgentContext } from '../exchange/agent-context.js';
import { API_HOST, COPILOT_HOST, GITHUB_HOST } from '../exchange/hosts.js';
import { openExchange } from '../exchange/open-exchange.js';

/** Where a path of the endpoint leads: a GHES-like base URL, for clients that ignore proxies. */
function destination(url: string): { host: string; url: string } | undefined {
  if (url.startsWith('/git/')) return { host: GITHUB_HOST, url: url.slice('/git'.length) };
  if (url === '/api/graphql' || url.startsWith('/api/graphql?'))
    return { host: API_HOST, url: url.slice('/api'.length) };
  if (url === '/api/v3') return { host: API_HOST, url: '/' };
  if (url.startsWith('/api/v3/')) return { host: API_HOST, url: url.slice('/api/v3'.length) };
  if (/^\/mcp(?:[/?]|$)/.test(url)) return { host: COPILOT_HOST, url };
  if (url.startsWith('/copilot/')) return { host: COPILOT_HOST, url: url.slice('/copilot'.length) };
  return undefined;
}

/** The plain endpoint on loopback: /git/OWNER/REPO, /api/v3/..., /api/graphql, /mcp, /copilot/.... */
export function createEndpointServer(agent: AgentContext): http.Server {
  const server = http.createServer((request, response) => {
    const target = destination(request.url ?? '');
    if (!target || isCrossSite(request)) {
      response.writeHead(target ? 403 : 404, { 'content-type': 'application/json' });
      const message = target
        ? 'Calls from web pages are not accepted.'
        : 'Holdshort serves /git/, /api/v3/, /api/graphql, /mcp and /copilot/ here.';
      response.end(JSON.stringify({ message, documentation_url: 'https://docs.github.com/rest' }));
      request.resume();
      return;
    }
    void openExchange({ entry: 'endpoint', ...target, connectAuthorization: undefined }, request, response, agent);
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  return server;
}

/** A page in a browser on this machine could reach loopback as well; no git or API client sends these. */
const isCrossSite = ({ headers }: http.IncomingMessage): boolean => {
  const site = headers['sec-fetch-site'];
  return headers.origin !== undefined || (site !== undefined && site !== 'none');
};
