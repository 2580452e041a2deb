import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HoldshortError } from '@holdshort/errors';
import { presentedCredentials } from '../session/presented-credentials.js';
import type { AgentContext } from './agent-context.js';
import { Answer } from './answer.js';
import { calledHost } from './enterprise-server.js';
import { CORRELATION_HEADER, type Entry, type Exchange } from './exchange.js';
import { routeRequest, unclassified, type Route } from './route-request.js';
import { runPipeline } from './run-pipeline.js';

export interface Arrival {
  entry: Entry;
  host: string;
  /** The GitHub Enterprise Server that is meant; host and path are then as they would be at github.com. */
  server?: string;
  /** Path with query, as GitHub would get it. */
  url: string;
  /** Proxy-Authorization of the CONNECT, where there was one. */
  connectAuthorization: string | undefined;
  /** Why the request must not be believed; the first step ends the call with it. */
  problem?: HoldshortError | undefined;
}

/** Starts a call on its pipeline; both ways in end here. */
export async function openExchange(
  arrival: Arrival,
  request: IncomingMessage,
  response: ServerResponse,
  agent: AgentContext,
): Promise<void> {
  const [path = '', ...rest] = arrival.url.split('?');
  const query = rest.join('?');
  const method = request.method ?? '';
  // what is said to a model's host is said with the model's own key; the session's credential came with the CONNECT
  const isModelHost = agent.settings.modelHosts.includes(arrival.host);
  const route: Route = isModelHost
    ? { pipeline: 'model', surface: 'copilot' }
    : routeRequest(arrival.host, method, path, query);
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const exchange: Exchange = {
    correlationId: randomUUID(),
    startedAt: performance.now(),
    entry: arrival.entry,
    host: arrival.host,
    server: arrival.server,
    method,
    path,
    query,
    request,
    response,
    presented: presentedCredentials(
      arrival.connectAuthorization,
      isModelHost ? undefined : request.headers.authorization,
    ),
    clientGone: gone.signal,
    operation: unclassified(route, calledHost(arrival), method, path),
    answer: new Answer(response),
    cleanups: [],
    problem: arrival.problem,
  };
  response.setHeader(CORRELATION_HEADER, exchange.correlationId);
  // What follows on a connection whose framing is in doubt is not read as another request
  if (arrival.problem) response.shouldKeepAlive = false;
  agent.metrics.started();
  // whatever the client says of a trace is not believed: the agent begins its own
  await agent.tracing.run('call', { kind: 'server' }, (span) => {
    exchange.span = span;
    return runPipeline(route.pipeline, exchange, agent);
  });
  discardRest(request);
}

/** A refused call may leave a body unread; without reading it on, a keep-alive client would wait forever. */
function discardRest(request: IncomingMessage): void {
  if (!request.readableEnded && !request.destroyed) request.resume();
}
