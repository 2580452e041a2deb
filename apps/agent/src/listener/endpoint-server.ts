import http from 'node:http';
import type { AgentContext } from '../exchange/agent-context.js';
import { openExchange } from '../exchange/open-exchange.js';
import { endpointDestination } from '../upstream/endpoint-address.js';

/** The plain endpoint on loopback; `endpoint-address.ts` says which paths lead where. */
export function createEndpointServer(agent: AgentContext): http.Server {
  const server = http.createServer((request, response) => {
    const target = endpointDestination(request.url ?? '');
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
