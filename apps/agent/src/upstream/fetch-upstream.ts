import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import { AGENT_VERSION } from '../config.js';
import { collectUpstream, type Collected } from './collect-upstream.js';

export interface SmallRequest {
  host: string;
  /** With query. */
  path: string;
  token: string;
  signal: AbortSignal;
}

/** Trees of 100,000 entries are about 10 MB as JSON; GitHub truncates there as well. */
const MAX_BYTES = 16 << 20;

const tooLarge = (): HoldshortError =>
  new HoldshortError('push_too_large', 'GitHub holds a tree that is too large to be inspected.');

/** A GET of the agent's own, answered into memory. */
export function fetchUpstream(agent: Pick<AgentContext, 'upstreams'>, request: SmallRequest): Promise<Collected> {
  const { host, path, token, signal } = request;
  const headers = {
    host,
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'user-agent': `holdshort-agent/${AGENT_VERSION}`,
  };
  const call = { method: 'GET', path, headers, body: null, signal };
  return collectUpstream(agent.upstreams.pool(host), call, { maxBytes: MAX_BYTES, tooLarge });
}
