import type { IncomingHttpHeaders } from 'node:http';
import { HoldshortError } from '@holdshort/errors';
import type { LfsBatch } from '@holdshort/github-operations';
import type { AgentContext } from '../exchange/agent-context.js';
import { calledHost } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';
import { localBatch } from '../lfs/local-batch.js';
import { LFS_TYPE } from '../respond/lfs-refusal.js';
import { answerHeaders } from '../upstream/answer-headers.js';
import { streamUpstream } from '../upstream/stream-upstream.js';
import { forwardUpstream, singleValue, upstreamRequest } from './forward-upstream.js';

/** 1,000 objects with two signed addresses each are about 2 MB. */
const MAX_ANSWER_BYTES = 8 << 20;

/** Locks and verification go through as they are; a batch's answer comes back with local addresses only. */
export async function forwardLfs(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { lfs, answer } = exchange;
  if (!lfs) {
    await forwardUpstream(exchange, agent);
    return;
  }
  const { status, headers, body } = await sendBatch(exchange, agent, lfs);
  const passed = answerHeaders(exchange, headers, agent.endpointUrl());
  const rewritten = status === 200 ? Buffer.from(JSON.stringify(localBatch(exchange, agent, body))) : body;
  answer.start(status, { ...passed, 'content-length': String(rewritten.length) });
  answer.push(rewritten);
}

interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

async function sendBatch(exchange: Exchange, agent: AgentContext, batch: LfsBatch): Promise<Received> {
  const chunks: Buffer[] = [];
  const received: Received = { status: 0, headers: {}, body: Buffer.alloc(0) };
  let bytes = 0;
  await streamUpstream(agent.upstreams.pool(calledHost(exchange)), batchRequest(exchange, batch), {
    start(status, headers) {
      Object.assign(received, { status, headers });
      exchange.answer.githubRequestId = singleValue(headers['x-github-request-id']);
    },
    data(chunk) {
      bytes += chunk.length;
      if (bytes <= MAX_ANSWER_BYTES) chunks.push(chunk);
      return true;
    },
    drained: (then) => {
      then();
    },
  });
  if (bytes > MAX_ANSWER_BYTES)
    throw new HoldshortError('upstream_refused', "GitHub's answer to the LFS batch is too large.");
  return { ...received, body: Buffer.concat(chunks) };
}

/** Written anew: only what was understood, and only the transfer whose addresses are rewritten here. */
function batchRequest(exchange: Exchange, { operation, objects, ref }: LfsBatch) {
  const body = Buffer.from(
    JSON.stringify({
      operation,
      transfers: ['basic'],
      ...(ref === undefined ? {} : { ref: { name: ref } }),
      objects,
      hash_algo: 'sha256',
    }),
  );
  const request = upstreamRequest(exchange);
  const headers = {
    ...request.headers,
    accept: LFS_TYPE,
    'content-type': LFS_TYPE,
    'accept-encoding': 'identity',
    'content-length': String(body.length),
  };
  return { ...request, headers, body };
}
