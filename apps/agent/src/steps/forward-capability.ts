import { createHash } from 'node:crypto';
import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { fileBody } from '../upload/receive-file.js';
import { streamUpstream } from '../upstream/stream-upstream.js';
import { answerSink } from './forward-upstream.js';

/** Follows the address that the capability stands for; an LFS object is checked against its name while it passes. */
export async function forwardCapability(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { capability, file, method, answer, clientGone, upstreamHeaders } = exchange;
  if (!capability) throw new Error('forward-capability stands after open-capability');
  const { target, object } = capability;
  const hash = object && method === 'GET' ? createHash('sha256') : undefined;
  const sink = answerSink(exchange, agent);
  const request = {
    method,
    path: `${target.pathname}${target.search}`,
    headers: upstreamHeaders ?? {},
    body: file ? fileBody(file) : null,
    signal: clientGone,
  };
  await streamUpstream(agent.upstreams.pool(target.hostname), request, {
    ...sink,
    data(chunk) {
      hash?.update(chunk);
      return sink.data(chunk);
    },
  });
  // a part (206) cannot be checked here; the client checks the whole
  if (hash && answer.status === 200 && hash.digest('hex') !== object?.oid)
    throw new HoldshortError('upstream_refused', `What storage answered is not LFS object ${object?.oid ?? ''}.`);
}
