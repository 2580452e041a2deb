import { Readable } from 'node:stream';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import type { WatchedExchange } from '../model/watch-exchange.js';
import { answerHeaders } from '../upstream/answer-headers.js';
import { streamUpstream } from '../upstream/stream-upstream.js';
import { singleValue, upstreamRequest } from './forward-upstream.js';

/**
 * The server's own stream (GET) has no end of its own. After this long it is closed, and the client's next one is
 * decided anew: so an ended session or a new policy reaches it. Clients of MCP reconnect by themselves.
 */
const LISTEN_MS = 300_000;

/**
 * As forward-upstream, but the pieces of an event stream are released as they come: an event that waits for the next
 * one could wait for minutes. Of such an answer only the end itself waits for the record; whatever changes something
 * has its attempt on disk before it is forwarded.
 * @param watched reads a copy of what passes
 */
export async function forwardStream(exchange: Exchange, agent: AgentContext, watched?: WatchedExchange): Promise<void> {
  const { answer, clientGone } = exchange;
  const isListening = exchange.operation.id === 'mcp/stream';
  const over = isListening ? AbortSignal.any([clientGone, AbortSignal.timeout(LISTEN_MS)]) : clientGone;
  let streams = false;
  const sink = {
    start(status: number, headers: Parameters<typeof answerHeaders>[1]) {
      answer.githubRequestId = singleValue(headers['x-github-request-id']);
      streams = /^text\/event-stream\b/i.test(singleValue(headers['content-type']) ?? '');
      watched?.started(headers);
      exchange.copy?.started(status, headers);
      answer.start(status, answerHeaders(exchange, headers, agent.endpointUrl()));
      if (streams) answer.open();
    },
    data: (chunk: Buffer) => {
      const goesOn = streams ? answer.progress(chunk) : answer.push(chunk);
      watched?.data(chunk);
      exchange.copy?.data(chunk);
      return goesOn;
    },
    drained: (then: () => void) => {
      answer.drained(then);
    },
  };
  const request = { ...upstreamRequest(exchange), signal: over };
  if (watched && request.body instanceof Readable) request.body = watched.body(request.body);
  try {
    await streamUpstream(agent.upstreams.pool(exchange.host), request, sink);
  } catch (error) {
    // hanging up is how a client of the server's own stream says that it has heard enough
    if (!(isListening && answer.released && over.aborted)) throw error;
  }
}
