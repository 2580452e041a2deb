import { createHash } from 'node:crypto';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { readBody } from './read-body.js';

/**
 * A manifest names all that an image is made of, so an approval is bound to its bytes. Blobs stream: what they are
 * stands in the query of the call that ends their upload, and they are nothing before a manifest names them.
 */
export async function readManifest(exchange: Exchange, agent: AgentContext): Promise<void> {
  if (exchange.operation.id === 'registry/manifest-put') {
    await readBody(exchange, agent);
    return;
  }
  const { host, method, path, query } = exchange;
  exchange.digest = createHash('sha256').update(`${host} ${method} ${path}?${query}\n`).digest('hex');
}
