import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { forwardUpstream } from './forward-upstream.js';

/** Least that the specification of token authentication has clients assume; every call is decided anew anyway. */
const TOKEN_SECONDS = 60;

/**
 * A registry's token would open ghcr.io around the agent, so none is fetched: the token request is answered here, with
 * the session's own credential. The calls that bring it are decided one by one and get a lease of their own.
 */
export async function forwardRegistry(exchange: Exchange, agent: AgentContext): Promise<void> {
  if (exchange.operation.id === 'registry/token') answerToken(exchange);
  else await forwardUpstream(exchange, agent);
}

function answerToken({ presented, answer }: Exchange): void {
  const { sessionCredential } = presented;
  if (sessionCredential === undefined)
    throw new HoldshortError('session_missing', 'The call brought no session credential to be used at the registry.');
  const issued = new Date().toISOString();
  const body = Buffer.from(JSON.stringify({ token: sessionCredential, expires_in: TOKEN_SECONDS, issued_at: issued }));
  answer.start(200, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'content-length': body.length,
  });
  answer.push(body);
}
