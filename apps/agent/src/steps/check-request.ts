import { HoldshortError } from '@holdshort/errors';
import type { Exchange } from '../exchange/exchange.js';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Headers by which a client asks a server to treat the call as another one, or to leave HTTP. */
const FORBIDDEN_HEADERS = [
  'x-http-method-override',
  'x-method-override',
  'x-http-method',
  'upgrade',
  'x-original-url',
  'x-rewrite-url',
];
const TOKEN_PARAMETERS = ['access_token', 'client_secret', 'token'];

/** Refuses what can be read in two ways, before anything is looked up for it. */
export function checkRequest({ method, path, query, request, problem }: Exchange): Promise<void> {
  if (problem) throw problem;
  if (!METHODS.has(method)) throw malformed(`The method ${method} is not used by GitHub.`);
  for (const name of FORBIDDEN_HEADERS) {
    if (request.headers[name] !== undefined) throw malformed(`The header "${name}" is not accepted.`);
  }
  if (hasControl(path) || hasControl(query)) throw malformed('The path has control characters.');
  const parameters = new URLSearchParams(query);
  if (parameters.has('_method')) throw malformed('The method cannot be overridden in the query.');
  if (TOKEN_PARAMETERS.some((name) => parameters.has(name))) {
    throw new HoldshortError('foreign_credential', 'A credential in the query is not accepted.', {
      advice: 'Leave the credential out: Holdshort attaches one for exactly this call.',
    });
  }
  return Promise.resolve();
}

const hasControl = (text: string): boolean => /[\u0000-\u001f\u007f]/.test(text);

const malformed = (message: string): HoldshortError => new HoldshortError('request_malformed', message);
