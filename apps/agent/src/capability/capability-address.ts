import type { Entry } from '../exchange/exchange.js';

/** A host that the proxy ends TLS for; nothing else of this path is there. */
export const CAPABILITY_HOST = 'objects.githubusercontent.com';
export const CAPABILITY_PREFIX = '/holdshort-cap/';

/** The name of a capability in a path; undefined for any other path. */
export const capabilityId = (host: string, path: string): string | undefined =>
  host === CAPABILITY_HOST && path.startsWith(CAPABILITY_PREFIX) ? path.slice(CAPABILITY_PREFIX.length) : undefined;

/** The address under which a client finds a capability, by the way in that it uses. */
export const capabilityAddress = (id: string, entry: Entry, endpointUrl: string): string =>
  entry === 'endpoint' ? `${endpointUrl}/cap/${id}` : `https://${CAPABILITY_HOST}${CAPABILITY_PREFIX}${id}`;
