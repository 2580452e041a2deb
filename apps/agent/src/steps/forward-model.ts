import { modelApiOf } from '@holdshort/model-traffic';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { modelEvent } from '../model/model-event.js';
import { WatchedExchange } from '../model/watch-exchange.js';
import { keepTexts } from '../model/keep-texts.js';
import { forwardStream } from './forward-stream.js';

/**
 * Copilot's and other models' calls. Those with prompts are read while they pass, and have a record of their own, which
 * is durable before the end of the answer is released.
 */
export async function forwardModel(exchange: Exchange, agent: AgentContext): Promise<void> {
  const api = modelApiOf(exchange.method, exchange.path);
  if (api === undefined) return forwardStream(exchange, agent);
  const watched = new WatchedExchange(api, exchange, agent);
  try {
    await forwardStream(exchange, agent, watched);
  } catch (error) {
    // Codex hangs up at the event that says that the answer is complete, before its end
    if (!exchange.clientGone.aborted || !(await watched.wasHeardOut())) throw error;
  } finally {
    await recordExchange(exchange, agent, watched);
  }
}

/** The call's own record says how it ended; one that cannot be made of what was in it does not end it otherwise. */
async function recordExchange(exchange: Exchange, agent: AgentContext, watched: WatchedExchange): Promise<void> {
  try {
    const seen = await watched.end();
    const brought = 'unparsed' in seen.request ? [] : seen.request.toolResults;
    const results = agent.toldResults.fresh(exchange.session?.id ?? '', brought);
    const withDigests = exchange.session?.promptKeeping !== 'off';
    const kept = keepTexts(exchange, agent, seen);
    await agent.trail.record(modelEvent(exchange, { ...seen, results, withDigests, kept }));
  } catch (error) {
    agent.logger.error(
      { err: error, correlation_id: exchange.correlationId },
      'a model exchange could not be recorded',
    );
  }
}
