import { createHash } from 'node:crypto';
import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import { calledHost } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';

/** Reads the body whole (it decides what the call is) and derives the digest that an approval is bound to. */
export async function readBody(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { request, method, path, query } = exchange;
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new HoldshortError('request_malformed', `A request body in "${encoding}" is not accepted.`, {
      advice: 'Send the body uncompressed.',
    });
  }
  exchange.body = await collect(request, agent.settings.maxBodyBytes);
  exchange.digest = createHash('sha256')
    .update(`${calledHost(exchange)} ${method} ${path}?${query}\n`)
    .update(exchange.body)
    .digest('hex');
}

async function collect(request: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > limit) throw new HoldshortError('request_too_large', `The request body is over ${limit} bytes.`);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}
