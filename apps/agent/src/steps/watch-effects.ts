import { toHoldshortError } from '@holdshort/errors';
import { refsToLookUp } from '@holdshort/github-operations';
import { AnswerCopy } from '../effects/answer-copy.js';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { askRef, refAddress } from '../upstream/ask-ref.js';

/**
 * The answer of a write is copied as it passes: it tells what was done. Where it will not say from where a ref was moved,
 * GitHub is asked now, under the call's own lease. What cannot be found out is left out of the record; the call goes on.
 */
export async function watchEffects(exchange: Exchange, agent: AgentContext): Promise<void> {
  if (!exchange.attempt) return;
  exchange.answerCopy = new AnswerCopy();
  const refs = refsToLookUp(exchange.operation);
  const places = refs.map((ref) => placeOf(exchange, ref, refs.length)).filter((place) => place !== undefined);
  const found = await Promise.all(places.map((place) => idBefore(exchange, agent, place)));
  exchange.refsBefore = new Map(found.filter((entry) => entry !== undefined));
}

interface Place {
  owner: string;
  repo: string;
  ref: string;
}

/** By the names of the call, or as the control plane resolved its one node id. */
function placeOf(exchange: Exchange, name: string, count: number): Place | undefined {
  const { owner, repo } = repositoryOf(exchange);
  const ref = name === '' && count === 1 ? exchange.decision?.resolvedTarget?.ref : name;
  return owner && repo && ref ? { owner, repo, ref } : undefined;
}

function repositoryOf({ operation, decision }: Exchange): { owner?: string; repo?: string } {
  const target = operation.intents[0]?.target ?? {};
  return target.repo === undefined ? (decision?.resolvedTarget ?? {}) : target;
}

async function idBefore(
  exchange: Exchange,
  agent: AgentContext,
  { owner, repo, ref }: Place,
): Promise<[string, string] | undefined> {
  const token = exchange.decision?.lease?.token;
  if (token === undefined) return undefined;
  const path = refAddress(owner, repo, ref);
  try {
    const { id } = await askRef(agent, { server: exchange.server, path, token, signal: exchange.clientGone });
    return id === undefined ? undefined : [ref, id];
  } catch (thrown) {
    const { code } = toHoldshortError(thrown);
    agent.logger.warn(
      { code, correlation_id: exchange.correlationId },
      'where a ref stands before the call could not be asked',
    );
    return undefined;
  }
}
