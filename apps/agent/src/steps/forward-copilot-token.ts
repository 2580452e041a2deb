import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { collectUpstream, type Collected } from '../upstream/collect-upstream.js';
import { upstreamRequest } from './forward-upstream.js';

export const TOKEN_OPERATION = 'copilot-internal/token';

/** GitHub's answer is about 2 kB. */
const MAX_BYTES = 64 << 10;

/**
 * Editors change their GitHub token into one for Copilot's hosts. That token must not reach the workspace: the answer
 * is passed on with the session's own credential in its place, which the agent knows again when it is presented.
 */
export async function forwardCopilotToken(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { sessionCredential } = exchange.presented;
  if (sessionCredential === undefined)
    throw new HoldshortError('session_missing', 'The call brought no session credential to be used at Copilot.');
  const { status, body } = await collect(exchange, agent);
  if (status !== 200) throw new HoldshortError('upstream_refused', `GitHub gave no Copilot token: HTTP ${status}.`);
  const answer = withoutToken(body, sessionCredential);
  exchange.answer.start(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': answer.length });
  exchange.answer.push(answer);
}

function collect(exchange: Exchange, agent: AgentContext): Promise<Collected> {
  const request = upstreamRequest(exchange);
  const headers = { ...request.headers, 'accept-encoding': 'identity' };
  const limit = { maxBytes: MAX_BYTES, tooLarge: () => unreadable() };
  return collectUpstream(agent.upstreams.pool(exchange.host), { ...request, headers }, limit);
}

function withoutToken(body: string, credential: string): Buffer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (cause) {
    throw unreadable(cause);
  }
  if (typeof parsed !== 'object' || parsed === null || !('token' in parsed)) throw unreadable();
  return Buffer.from(JSON.stringify({ ...parsed, token: credential }));
}

const unreadable = (cause?: unknown): HoldshortError =>
  new HoldshortError('upstream_refused', "GitHub's answer with a Copilot token could not be read.", { cause });
