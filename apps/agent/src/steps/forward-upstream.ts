import type { AgentContext } from '../exchange/agent-context.js';
import { calledHost, pathAtServer } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';
import { answerHeaders } from '../upstream/answer-headers.js';
import { forwardCopilotToken, TOKEN_OPERATION } from './forward-copilot-token.js';
import { localRedirect } from '../upstream/local-redirect.js';
import { streamUpstream, type UpstreamRequest, type UpstreamSink } from '../upstream/stream-upstream.js';

/** Sends the call to GitHub and streams the answer back; its last piece waits for the outcome's record. */
export async function forwardUpstream(exchange: Exchange, agent: AgentContext): Promise<void> {
  if (exchange.operation.id === TOKEN_OPERATION) return forwardCopilotToken(exchange, agent);
  await streamUpstream(
    agent.upstreams.pool(calledHost(exchange)),
    upstreamRequest(exchange),
    answerSink(exchange, agent),
  );
}

/** Passes the answer on as it comes; a redirect to another host becomes a local one, without its body. */
export function answerSink(exchange: Exchange, agent: AgentContext): UpstreamSink {
  const { answer } = exchange;
  let withoutBody = false;
  return {
    start(status, headers) {
      answer.githubRequestId = singleValue(headers['x-github-request-id']);
      const passed = answerHeaders(exchange, headers, agent.endpointUrl());
      const redirect = localRedirect(exchange, agent, { status, headers, passed });
      withoutBody = redirect !== undefined;
      exchange.copy?.started(status, headers);
      answer.start(status, redirect ?? passed);
    },
    data: (chunk) => {
      exchange.copy?.data(chunk);
      return withoutBody || answer.push(chunk);
    },
    drained: (then) => {
      answer.drained(then);
    },
  };
}

export function upstreamRequest(exchange: Exchange): UpstreamRequest {
  const { method, host, server, query, request, body, upstreamHeaders, clientGone } = exchange;
  const path = server === undefined ? exchange.path : pathAtServer(host, exchange.path);
  const hasBody =
    body === undefined &&
    (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined);
  return {
    method,
    path: query === '' ? path : `${path}?${query}`,
    headers: upstreamHeaders ?? {},
    body: body?.length ? body : hasBody ? request : null,
    signal: clientGone,
  };
}

export const singleValue = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;
