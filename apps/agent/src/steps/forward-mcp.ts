import type { IncomingHttpHeaders } from 'node:http';
import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { EventStreamRewriter } from '../mcp/event-stream.js';
import { withOfferedTools } from '../mcp/offered-tools.js';
import { answerHeaders } from '../upstream/answer-headers.js';
import { streamUpstream } from '../upstream/stream-upstream.js';
import { jsonBody } from './classify.js';
import { forwardStream } from './forward-stream.js';
import { singleValue, upstreamRequest } from './forward-upstream.js';

/** All tools of GitHub's server with their schemas are about 120 kB. */
const MAX_LIST_BYTES = 4 << 20;

/** As forward-stream; a list of tools comes back without those that policy would refuse whatever their arguments. */
export async function forwardMcp(exchange: Exchange, agent: AgentContext): Promise<void> {
  if (!asksForTools(exchange)) return forwardStream(exchange, agent);
  const { session, answer } = exchange;
  if (!session) throw new Error('forward-mcp stands after identify-session');
  const permitted = new Set(await agent.control.permittedActions(session.id));
  const list = new ToolList((message) => withOfferedTools(message, permitted));
  const request = upstreamRequest(exchange);
  request.headers = { ...request.headers, 'accept-encoding': 'identity' };
  await streamUpstream(agent.upstreams.pool(exchange.host), request, {
    start(status, headers) {
      answer.githubRequestId = singleValue(headers['x-github-request-id']);
      list.begin(headers);
      const passed = answerHeaders(exchange, headers, agent.endpointUrl());
      delete passed['content-length'];
      answer.start(status, passed);
    },
    data: (chunk) => pushed(exchange, list.push(chunk)),
    drained: (then) => {
      answer.drained(then);
    },
  });
  if (list.tooLarge) throw new HoldshortError('upstream_refused', "The MCP server's list of tools is too large.");
  pushed(exchange, list.end());
}

const pushed = ({ answer }: Exchange, bytes: Buffer): boolean => bytes.length === 0 || answer.push(bytes);

function asksForTools({ body, method }: Exchange): boolean {
  if (method !== 'POST' || !body?.length) return false;
  return [jsonBody(body)].flat().some((message) => (message as { method?: unknown }).method === 'tools/list');
}

/** The answer to a `tools/list` on its way: one JSON document, or an event stream. */
class ToolList {
  readonly #rewrite: (message: unknown) => unknown;
  readonly #document: Buffer[] = [];
  #events: EventStreamRewriter | undefined;
  #bytes = 0;

  constructor(rewrite: (message: unknown) => unknown) {
    this.#rewrite = rewrite;
  }

  get tooLarge(): boolean {
    return this.#bytes > MAX_LIST_BYTES;
  }

  begin(headers: IncomingHttpHeaders): void {
    const streams = /^text\/event-stream\b/i.test(singleValue(headers['content-type']) ?? '');
    if (streams) this.#events = new EventStreamRewriter(this.#rewrite);
  }

  push(chunk: Buffer): Buffer {
    this.#bytes += chunk.length;
    if (this.tooLarge) return Buffer.alloc(0);
    if (this.#events) return this.#events.push(chunk);
    this.#document.push(chunk);
    return Buffer.alloc(0);
  }

  end(): Buffer {
    if (this.#events) return this.#events.end();
    const document = Buffer.concat(this.#document);
    try {
      return Buffer.from(JSON.stringify(this.#rewrite(JSON.parse(document.toString('utf8')))));
    } catch {
      return document; // an error page of the server: there is no list in it
    }
  }
}
