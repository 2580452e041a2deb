import type { OutgoingHttpHeaders } from 'node:http';
import type { HoldshortError } from '@holdshort/errors';
import type { Exchange } from '../exchange/exchange.js';
import { detail, JSON_HEADERS, words } from './api-refusal.js';
import { statusOf } from './refusal-text.js';

/**
 * Copilot clients show the message of a 422. A 403 they take for a sign-in that is missing, a 429 they repeat for a
 * minute, so neither is used; faults keep their 5xx.
 */
export function refuseModel(exchange: Exchange, error: HoldshortError): void {
  const status = Math.max(422, statusOf(error.code) >= 500 ? statusOf(error.code) : 0);
  if (wantsWebSocket(exchange)) {
    replaceBy(exchange, error, 426, { upgrade: 'HTTP/1.1', connection: 'upgrade' });
    return;
  }
  replaceBy(exchange, error, status);
}

/**
 * Codex asks for a WebSocket first. A 426 sends it on to HTTP at once and for the rest of its session; after any other
 * status it tries five times, seconds apart, before it does (openai/codex, core/src/client.rs, `FallbackToHttp`; issue 19821).
 */
const wantsWebSocket = ({ request }: Exchange): boolean => /^websocket$/i.test(request.headers.upgrade ?? '');

/** A 426 names the protocol to use instead (RFC 9110, 15.5.22). */
function replaceBy(exchange: Exchange, error: HoldshortError, status: number, headers: OutgoingHttpHeaders = {}): void {
  const body = { error: { message: words(exchange, error), code: error.code }, holdshort: detail(exchange, error) };
  exchange.answer.replace(status, { ...JSON_HEADERS, ...headers }, Buffer.from(JSON.stringify(body)));
}
