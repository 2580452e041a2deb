import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { HoldshortError, type ReasonCode } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import { statusOf } from './refusal-text.js';

/** One event for a request that reached no pipeline: the reason, and nothing of what was sent. */
export function recordUnrouted(agent: AgentContext, error: HoldshortError, correlationId: string): void {
  agent.metrics.refusedUnrouted(error.code);
  agent.trail
    .record({
      type: 'call.refused',
      phase: 'single',
      correlation_id: correlationId,
      outcome: 'refused',
      error: { code: error.code, message: error.message },
    })
    .catch((failure: unknown) => {
      agent.logger.error({ err: failure, correlation_id: correlationId }, 'a refused request could not be recorded');
    });
}

const bodyOf = (error: HoldshortError, correlationId: string, status: number): string =>
  JSON.stringify({
    message: `Holdshort refused this request: ${error.message} (reason ${error.code}, call ${correlationId})`,
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
    holdshort: { code: error.code, correlation_id: correlationId },
  });

/** Answers a request that is readable but leads to no pipeline, and ends the connection. */
export function refuseUnrouted(response: ServerResponse, error: HoldshortError, agent: AgentContext): void {
  const correlationId = randomUUID();
  const status = statusOf(error.code);
  const body = bodyOf(error, correlationId, status);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  response.end(body);
  recordUnrouted(agent, error, correlationId);
}

/** The same, written by hand: there is no response object for what node's parser gave up on. */
export function rawRefusal(error: HoldshortError, correlationId: string): string {
  const status = statusOf(error.code);
  const body = bodyOf(error, correlationId, status);
  const head = `HTTP/1.1 ${status} Refused by Holdshort (${error.code})\r\nContent-Type: application/json; charset=utf-8\r\n`;
  return `${head}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}

/** Codes of node's parser that mean "too much" rather than "unreadable". */
const TOO_LARGE = new Set(['HPE_HEADER_OVERFLOW', 'HPE_CHUNK_EXTENSIONS_OVERFLOW']);

/** A parser's error as a refusal. The code is from a closed list of node's and holds nothing of the request. */
export function parserRefusal(code: string | undefined): HoldshortError {
  const reason: ReasonCode = code !== undefined && TOO_LARGE.has(code) ? 'request_too_large' : 'request_malformed';
  const words = reason === 'request_too_large' ? 'is too large' : 'is not HTTP that can be read in only one way';
  return new HoldshortError(reason, `The request ${words} (${code ?? 'unknown'}).`);
}
