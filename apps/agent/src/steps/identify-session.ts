import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';

/**
 * Who is accountable for this call. A credential that is not ours is refused aloud, never passed on;
 * a call that names no session may still be told by the process that made it.
 */
export async function identifySession(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { presented, request } = exchange;
  if (presented.foreign) {
    throw new HoldshortError(
      'foreign_credential',
      'The call brought a GitHub credential of its own, which was not used.',
      {
        advice:
          'Remove the token from the client; Holdshort attaches a short-lived one for each call that policy allows.',
      },
    );
  }
  const credential = presented.sessionCredential ?? (await agent.evidence.credentialOf(request.socket));
  if (credential === undefined) {
    throw new HoldshortError(
      'session_missing',
      'The call names no Holdshort session, so nobody is accountable for it.',
      {
        advice: 'Start the tool inside a session: holdshort run -- COMMAND',
      },
    );
  }
  exchange.session = await agent.sessions.find(credential);
}
