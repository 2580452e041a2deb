import { HoldshortError } from '@holdshort/errors';
import {
  classifyGit,
  classifyGraphql,
  classifyRest,
  parseStrictJson,
  type Classification,
} from '@holdshort/github-operations';
import type { Exchange } from '../exchange/exchange.js';

export function adopt(exchange: Exchange, classification: Classification): void {
  if ('refusal' in classification) {
    throw new HoldshortError(classification.refusal.code, classification.refusal.message, {
      advice:
        'Only calls in the operation table are forwarded. If this one is needed, ask the platform team to review it.',
    });
  }
  exchange.operation = classification.operation;
}

/** git smart HTTP: everything is in the path and the service parameter. */
export function classifyGitCall(exchange: Exchange): Promise<void> {
  const { host, method, path, query } = exchange;
  adopt(exchange, classifyGit({ host, method, path, query }));
  return Promise.resolve();
}

/** REST: method and path name the operation, the body names refs and paths. */
export function classifyApiCall(exchange: Exchange): Promise<void> {
  const { host, method, path, query } = exchange;
  const body = exchange.body?.length ? jsonBody(exchange.body) : undefined;
  adopt(exchange, classifyRest({ host, method, path, query, body }));
  return Promise.resolve();
}

/** GraphQL over POST; over GET the document could hide in logs and caches, and GitHub does not serve it. */
export function classifyGraphqlCall(exchange: Exchange): Promise<void> {
  const { host, method, path } = exchange;
  if (method !== 'POST') throw new HoldshortError('operation_unknown', 'GraphQL calls are made with POST.');
  adopt(exchange, classifyGraphql({ host, method, path, body: jsonBody(exchange.body ?? Buffer.alloc(0)) }));
  return Promise.resolve();
}

export function jsonBody(body: Buffer): unknown {
  const text = body.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(body))
    throw new HoldshortError('request_malformed', 'The body is not valid UTF-8.');
  return parseStrictJson(text);
}
