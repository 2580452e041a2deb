import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import { AGENT_VERSION } from '../config.js';
import { streamUpstream } from './stream-upstream.js';

export interface SmallRequest {
  host: string;
  /** With query. */
  path: string;
  token: string;
  signal: AbortSignal;
}

/** Trees of 100,000 entries are about 10 MB as JSON; GitHub truncates there as well. */
const MAX_BYTES = 16 << 20;

/** A GET of the agent's own, answered into memory. */
export async function fetchUpstream(
  agent: Pick<AgentContext, 'upstreams'>,
  request: SmallRequest,
): Promise<{ status: number; body: string }> {
  const { host, path, token, signal } = request;
  const chunks: Buffer[] = [];
  let status = 0;
  let bytes = 0;
  const headers = {
    host,
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'user-agent': `holdshort-agent/${AGENT_VERSION}`,
  };
  await streamUpstream(
    agent.upstreams.pool(host),
    { method: 'GET', path, headers, body: null, signal },
    {
      start: (answered) => {
        status = answered;
      },
      data: (chunk) => {
        bytes += chunk.length;
        if (bytes <= MAX_BYTES) chunks.push(chunk);
        return true;
      },
      drained: (then) => {
        then();
      },
    },
  );
  if (bytes > MAX_BYTES)
    throw new HoldshortError('push_too_large', 'GitHub holds a tree that is too large to be inspected.');
  return { status, body: Buffer.concat(chunks).toString('utf8') };
}
