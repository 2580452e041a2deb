import type { OutgoingHttpHeaders } from 'node:http';
import type { Exchange } from '../exchange/exchange.js';

/** All that a storage host needs of what a client says; everything else, credentials first, stays here. */
const PASSED = ['accept', 'range', 'if-range', 'if-none-match', 'if-modified-since', 'user-agent', 'content-type'];

/** What the answer that brought the address asked for, in place of a credential of GitHub's. */
export async function attachCapability(exchange: Exchange): Promise<void> {
  const { capability, request, file } = exchange;
  if (!capability) throw new Error('attach-capability stands after open-capability');
  await exchange.attempt;
  const headers: OutgoingHttpHeaders = { 'accept-encoding': 'identity' };
  for (const name of PASSED) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  Object.assign(headers, capability.headers, { host: capability.target.host });
  if (file) headers['content-length'] = String(file.bytes);
  exchange.upstreamHeaders = headers;
}
