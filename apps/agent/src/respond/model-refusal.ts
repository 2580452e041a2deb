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
  const body = { error: { message: words(exchange, error), code: error.code }, holdshort: detail(exchange, error) };
  exchange.answer.replace(status, JSON_HEADERS, Buffer.from(JSON.stringify(body)));
}
