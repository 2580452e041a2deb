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
function completed({ nodeId, ...told }: Effect, { decision, operation, refsBefore }: Exchange): EventEffect {
  const resolved = decision?.resolvedTarget;
  const isOnly = operation.intents.filter(({ action }) => !action.endsWith('.read')).length === 1;
  const ref = told.ref ?? (told.kind === 'ref' && isOnly ? resolved?.ref || undefined : undefined);
  const old = told.old ?? (told.kind === 'ref' && ref !== undefined ? refsBefore?.get(ref) : undefined);
  const number = told.number ?? (told.kind !== 'ref' && isOnly ? resolved?.number || undefined : undefined);
  return {
    ...told,
    ...(ref === undefined ? {} : { ref }),
    ...(old === undefined ? {} : { old }),
    ...(number === undefined ? {} : { number }),
    ...(nodeId === undefined ? {} : { node_id: nodeId }),
  };
}
