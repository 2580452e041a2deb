import type { HoldshortError } from '@holdshort/errors';
import type { Exchange } from '../exchange/exchange.js';
import { detail, JSON_HEADERS, words } from './api-refusal.js';
import { statusOf } from './refusal-text.js';

/** JSON-RPC 2.0, section 5.1: what is not a request, and the range that servers may use for their own. */
const INVALID_REQUEST = -32_600;
const SERVER_ERROR = -32_000;

interface Asked {
  id: string | number;
  isTool: boolean;
}

/**
 * A refused MCP call. A tool call gets a result with `isError`, which hosts hand to the model as the tool's answer;
 * another request gets a JSON-RPC error. Of a batch nothing was forwarded, so each of its requests is answered so.
 * Without a request to answer (a stream, a notification, an unreadable body) the HTTP status says it.
 */
export function refuseMcp(exchange: Exchange, error: HoldshortError): void {
  const status = statusOf(error.code);
  const asked = status === 401 ? [] : requestsIn(exchange.body);
  const answers = asked.map((request) => answerTo(request, exchange, error));
  const [first] = answers;
  if (first === undefined) {
    const body = { jsonrpc: '2.0', id: null, error: errorOf(exchange, error) };
    exchange.answer.replace(status, JSON_HEADERS, Buffer.from(JSON.stringify(body)));
    return;
  }
  const body = isBatch(exchange.body) ? answers : first;
  exchange.answer.replace(200, JSON_HEADERS, Buffer.from(JSON.stringify(body)));
}

function answerTo({ id, isTool }: Asked, exchange: Exchange, error: HoldshortError): object {
  if (!isTool) return { jsonrpc: '2.0', id, error: errorOf(exchange, error) };
  const content = [{ type: 'text', text: words(exchange, error) }];
  return { jsonrpc: '2.0', id, result: { content, isError: true, _meta: { holdshort: detail(exchange, error) } } };
}

const errorOf = (exchange: Exchange, error: HoldshortError) => ({
  code: error.code === 'request_malformed' ? INVALID_REQUEST : SERVER_ERROR,
  message: words(exchange, error),
  data: detail(exchange, error),
});

/** More than the batches that are served; what is longer is refused as a whole. */
const MAX_ANSWERS = 20;

/** Read leniently: this is for the answer only, and nothing of it was or will be forwarded. */
function requestsIn(body: Buffer | undefined): Asked[] {
  const parsed = parse(body);
  const messages: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (messages.length > MAX_ANSWERS) return [];
  return messages.flatMap((message): Asked[] => {
    if (typeof message !== 'object' || message === null) return [];
    const { id, method } = message as { id?: unknown; method?: unknown };
    const isAnswerable = (typeof id === 'string' || typeof id === 'number') && typeof method === 'string';
    return isAnswerable ? [{ id, isTool: method === 'tools/call' }] : [];
  });
}

const isBatch = (body: Buffer | undefined): boolean => Array.isArray(parse(body));

function parse(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString('utf8') ?? '') as unknown;
  } catch {
    return undefined; // the refusal says that the body is unreadable
  }
}
