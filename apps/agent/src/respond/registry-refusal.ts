import type { HoldshortError } from '@holdshort/errors';
import type { Exchange } from '../exchange/exchange.js';
import { detail, JSON_HEADERS, words } from './api-refusal.js';
import { statusOf } from './refusal-text.js';

/** OCI distribution specification 1.1, "Error Codes". */
const CODES: Readonly<Record<number, string>> = { 401: 'UNAUTHORIZED', 403: 'DENIED', 404: 'UNSUPPORTED' };

/** `errors[]` with the words in `message`, which docker, skopeo and the others print. */
export function refuseRegistry(exchange: Exchange, error: HoldshortError): void {
  const status = statusOf(error.code);
  const code = CODES[status] ?? (status < 500 ? 'DENIED' : 'UNAVAILABLE');
  const body = { errors: [{ code, message: words(exchange, error), detail: detail(exchange, error) }] };
  const headers = { ...JSON_HEADERS, 'docker-distribution-api-version': 'registry/2.0' };
  exchange.answer.replace(status, headers, Buffer.from(JSON.stringify(body)));
}
