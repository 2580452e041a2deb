import { HoldshortError } from '@holdshort/errors';
import { classifyRegistry } from '@holdshort/github-operations';
import type { Exchange } from '../exchange/exchange.js';
import { adopt } from './classify.js';

const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** ghcr.io: method, path and query say everything; a body where none belongs could say something else. */
export function classifyRegistryCall(exchange: Exchange): Promise<void> {
  const { host, method, path, query, request } = exchange;
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
  if (hasBody && !WITH_BODY.has(method))
    throw new HoldshortError('request_malformed', `A ${method} request to the registry carries no body.`);
  adopt(exchange, classifyRegistry({ host, method, path, query }));
  return Promise.resolve();
}
