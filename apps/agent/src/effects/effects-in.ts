import type { EventEffect } from '@holdshort/audit-events';
import { effectsOf, type Effect } from '@holdshort/github-operations';
import type { Exchange } from '../exchange/exchange.js';
import { jsonBody } from '../steps/classify.js';

/**
 * What a write by the API has done, read of GitHub's answer and of what was asked before. Undefined where there is
 * nothing to tell; a call that GitHub refused has done nothing.
 */
export async function effectsIn(exchange: Exchange): Promise<EventEffect[] | undefined> {
  const { answerCopy, answer, operation, body } = exchange;
  if (!answerCopy || answer.status < 200 || answer.status > 299) return undefined;
  const text = await answerCopy.text();
  if (text === undefined) return undefined;
  const effects = effectsOf({ operation, request: body?.length ? jsonBody(body) : undefined, answer: text });
  return effects.length > 0 ? effects.map((effect) => completed(effect, exchange)) : undefined;
}

/** Names and ids that the answer does not give, as they were resolved for the decision. */
function completed({ nodeId, ...told }: Effect, exchange: Exchange): EventEffect {
  const added = told.kind === 'ref' ? refFacts(told, exchange) : { number: resolvedOf(exchange)?.number };
  return { ...filled({ ...added, node_id: nodeId }), ...told };
}

function refFacts({ ref }: Effect, exchange: Exchange): Pick<EventEffect, 'ref' | 'old'> {
  const name = ref ?? resolvedOf(exchange)?.ref;
  return filled({ ref: name, old: exchange.refsBefore?.get(name ?? '') });
}

/** What the decision's target is, where the call changes only that. */
function resolvedOf({ operation, decision }: Exchange): { ref?: string; number?: number } | undefined {
  const changes = operation.intents.filter(({ action }) => !action.endsWith('.read'));
  return changes.length === 1 ? decision?.resolvedTarget : undefined;
}

/** Without what is not known; proto3 has empty texts and zeros for that. */
const filled = (facts: { [Name in keyof EventEffect]?: EventEffect[Name] | undefined }): Partial<EventEffect> =>
  Object.fromEntries(Object.entries(facts as object).filter(([, value]) => Boolean(value)));
