import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { staysHere } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';
import { API_HOST } from '../exchange/hosts.js';
import { endpointAddress } from './endpoint-address.js';

/** Hop-by-hop headers, cookies (there is no browser session here), and offers of other ways to the host. */
const DROPPED = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'set-cookie',
  'alt-svc',
]);

/** GitHub's answer headers for the client; on the endpoint, addresses of the API lead back to the endpoint. */
export function answerHeaders(
  exchange: Exchange,
  headers: IncomingHttpHeaders,
  endpointUrl: string,
): OutgoingHttpHeaders {
  const answer: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !DROPPED.has(name)) answer[name] = value;
  }
  answer['x-holdshort-correlation-id'] = exchange.correlationId;
  keepAddressesLocal(exchange, answer, endpointUrl);
  return answer;
}

/**
 * An address on another host would be followed with whatever it is signed with, around the agent: it goes. Where
 * following is allowed, local-redirect puts a capability in its place.
 */
function keepAddressesLocal(exchange: Exchange, answer: OutgoingHttpHeaders, endpointUrl: string): void {
  const { entry } = exchange;
  const { location, link } = answer;
  delete answer['location'];
  const target = typeof location === 'string' ? sameHost(exchange, location) : undefined;
  const local = target && entry === 'endpoint' ? endpointAddress(target, endpointUrl) : target?.href;
  if (local !== undefined) answer['location'] = local;
  if (entry === 'endpoint' && typeof link === 'string')
    answer['link'] = link.replaceAll(`https://${API_HOST}/`, `${endpointUrl}/api/v3/`);
}

/** An address on the host that was asked; none of a storage host, whose addresses are all signed. */
function sameHost(exchange: Exchange, location: string): URL | undefined {
  const target = URL.parse(location, `https://${exchange.operation.host}${exchange.path}`);
  return target && staysHere(exchange, target) ? target : undefined;
}
