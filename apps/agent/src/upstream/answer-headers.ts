import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Exchange } from '../exchange/exchange.js';
import { API_HOST } from '../exchange/hosts.js';

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
/** Headers in which GitHub names its own addresses, which an endpoint client would follow around the agent. */
const ADDRESSES = ['location', 'link'] as const;

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
  if (exchange.entry === 'endpoint') {
    for (const name of ADDRESSES) {
      const value = answer[name];
      if (typeof value === 'string') answer[name] = value.replaceAll(`https://${API_HOST}/`, `${endpointUrl}/api/v3/`);
    }
  }
  return answer;
}
