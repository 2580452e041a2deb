import { HoldshortError } from '@holdshort/errors';
import {
  classifyDownload,
  classifyGit,
  classifyGraphql,
  classifyLfsBatch,
  classifyRest,
  parseStrictJson,
  readLfsBatch,
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
  const { operation } = classification;
  exchange.operation = exchange.server === undefined ? operation : { ...operation, host: exchange.server };
}

/** git smart HTTP: everything is in the path and the service parameter. */
export function classifyGitCall(exchange: Exchange): Promise<void> {
  const { host, method, path, query } = exchange;
  adopt(exchange, classifyGit({ host, method, path, query }));
  return Promise.resolve();
}

/** LFS: the path names the call; whether a batch reads or writes stands in its body. */
export function classifyLfsCall(exchange: Exchange): Promise<void> {
  if (exchange.operation.id !== 'lfs/batch') return Promise.resolve();
  const body = jsonBody(exchange.body ?? Buffer.alloc(0));
  adopt(exchange, classifyLfsBatch(exchange.operation, body));
  exchange.lfs = readLfsBatch(body);
  return Promise.resolve();
}

/** Files and archives: host and path say everything. */
export function classifyFileCall(exchange: Exchange): Promise<void> {
  const { host, method, path } = exchange;
  adopt(exchange, classifyDownload({ host, method, path }));
  return Promise.resolve();
}

/** REST: method and path name the operation, the body names refs and paths. */
export function classifyApiCall(exchange: Exchange): Promise<void> {
  const { host, method, path, query } = exchange;
  const body = exchange.body?.length ? apiBody(exchange, exchange.body) : undefined;
  adopt(exchange, classifyRest({ host, method, path, query, body }));
  return Promise.resolve();
}

/** GraphQL over POST; over GET the document could hide in logs and caches, and GitHub does not serve it. */
export function classifyGraphqlCall(exchange: Exchange): Promise<void> {
  const { host, method, path } = exchange;
  if (method !== 'POST') throw new HoldshortError('operation_unknown', 'GraphQL calls are made with POST.');
  adopt(exchange, classifyGraphql({ host, method, path, body: apiBody(exchange, exchange.body ?? Buffer.alloc(0)) }));
  return Promise.resolve();
}

/**
 * Types under which GitHub reads a body as JSON: curl -d says `application/x-www-form-urlencoded`, and GitHub's own
 * documentation shows calls made so. Others (multipart) would be read in another way than here.
 */
const JSON_TYPES = /^(?:application\/(?:[a-z0-9.-]+\+)?json|application\/x-www-form-urlencoded|text\/plain)$/;

function checkBodyKind({ method, request }: Exchange): void {
  if (method === 'GET' || method === 'HEAD')
    throw new HoldshortError('request_malformed', `A ${method} request carries no body.`);
  const [type = '', ...parameters] = (request.headers['content-type'] ?? 'application/json')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const isUtf8 = parameters.every((parameter) => /^charset="?(?:utf-8|utf8)"?$/.test(parameter));
  if (!JSON_TYPES.test(type) || !isUtf8)
    throw new HoldshortError('request_malformed', 'The Content-Type of the body is not JSON in UTF-8.', {
      advice: 'Send the body as application/json.',
    });
}

/** The body of a REST or GraphQL call. */
function apiBody(exchange: Exchange, body: Buffer): unknown {
  checkBodyKind(exchange);
  return jsonBody(body);
}

export function jsonBody(body: Buffer): unknown {
  const text = body.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(body))
    throw new HoldshortError('request_malformed', 'The body is not valid UTF-8.');
  return parseStrictJson(text);
}
