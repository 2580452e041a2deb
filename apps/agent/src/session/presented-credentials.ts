import { isSessionCredential } from './session-registry.js';
import type { Presented } from '../exchange/exchange.js';

/** The secret in an Authorization or Proxy-Authorization value: RFC 7617 password, or what follows Bearer/token. */
export function secretOf(header: string): string {
  const [scheme = '', value = ''] = header.trim().split(/\s+/, 2);
  if (scheme.toLowerCase() !== 'basic') return value;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) return pair;
  // git sends a token as user name with an empty password, as password, or as both
  return pair.slice(colon + 1) || pair.slice(0, colon);
}

/** `connect` is the Proxy-Authorization of the CONNECT, `own` the Authorization of the request itself. */
export function presentedCredentials(connect: string | undefined, own: string | undefined): Presented {
  const secrets = [own, connect].filter((header) => header !== undefined).map(secretOf);
  const sessionCredential = secrets.find(isSessionCredential);
  const foreign = secrets.some((secret) => secret !== '' && !isSessionCredential(secret));
  return { sessionCredential, foreign };
}
