import type { OutgoingHttpHeaders } from 'node:http';
import { HoldshortError } from '@holdshort/errors';
import type { Exchange } from '../exchange/exchange.js';
import { secretOf } from '../session/presented-credentials.js';
import { isSessionCredential } from '../session/session-registry.js';
import { DROPPED } from './attach-credential.js';

/** Where clients of models have the key that their provider gave them. */
const KEYS: ReadonlySet<string> = new Set(['authorization', 'x-api-key', 'api-key']);

/**
 * A model's key is the workspace's own and passes as it is. GitHub's and Holdshort's credentials are none: whoever puts
 * them there would hand them to somebody else.
 */
export function passCredential(exchange: Exchange): Promise<void> {
  const headers: OutgoingHttpHeaders = { host: exchange.host };
  for (const [name, value] of Object.entries(exchange.request.headers)) {
    if (value === undefined || (DROPPED.has(name) && !KEYS.has(name))) continue;
    if (KEYS.has(name)) [value].flat().forEach(requireForeign);
    headers[name] = value;
  }
  exchange.upstreamHeaders = headers;
  return Promise.resolve();
}

const GITHUB_TOKEN = /(?:^|\s)(?:gh[a-z]_|github_pat_)/;

function requireForeign(value: string): void {
  const secrets = [value, secretOf(value)];
  if (!secrets.some((secret) => isSessionCredential(secret) || GITHUB_TOKEN.test(secret))) return;
  throw new HoldshortError('foreign_credential', 'A credential for GitHub stands where the key of the model belongs.', {
    advice: 'Set the key of the model’s provider in the client.',
  });
}
