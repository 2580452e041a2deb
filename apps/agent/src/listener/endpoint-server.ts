import http from 'node:http';
import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import { openExchange } from '../exchange/open-exchange.js';
import { endpointDestination } from '../upstream/endpoint-address.js';
import { refuseUnrouted } from '../respond/unreadable-refusal.js';
import { Answers, framingProblem, pipelined } from './framing.js';
import { guardServer, refuseInnerConnect, STRICT_HTTP } from './guard-server.js';

/** The plain endpoint on loopback; `endpoint-address.ts` says which paths lead where. */
export function createEndpointServer(agent: AgentContext): http.Server {
  const answers = new Answers();
  const server = http.createServer(STRICT_HTTP, (request, response) => {
    const isEarly = answers.isPipelined(request, response);
    const problem = isEarly ? pipelined() : (framingProblem(request) ?? hostProblem(request));
    const target = endpointDestination(request.url ?? '');
    if (!target || isCrossSite(request)) {
      refuseUnrouted(response, problem ?? (target ? crossSite() : unknownPath()), agent);
      request.resume();
      return;
    }
    void openExchange(
      { entry: 'endpoint', ...target, connectAuthorization: undefined, problem },
      request,
      response,
      agent,
    );
  });
  guardServer(server, answers, agent);
  refuseInnerConnect(server, answers, agent);
  return server;
}

const unknownPath = (): HoldshortError =>
  new HoldshortError('not_found', 'Holdshort serves /git/, /api/v3/, /api/graphql, /mcp and /copilot/ here.');

const crossSite = (): HoldshortError => new HoldshortError('not_authorized', 'Calls from web pages are not accepted.');

/** Which name leads here is a matter of the workspace; it must only be one plain name or address, with a port. */
function hostProblem({ headers }: http.IncomingMessage): HoldshortError | undefined {
  const isPlain = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::\d{1,5})?$/i.test(headers.host ?? '');
  return isPlain ? undefined : new HoldshortError('request_malformed', 'The Host is not one plain name.');
}

/** A page in a browser on this machine could reach loopback as well; no git or API client sends these. */
const isCrossSite = ({ headers }: http.IncomingMessage): boolean => {
  const site = headers['sec-fetch-site'];
  return headers.origin !== undefined || (site !== undefined && site !== 'none');
};
