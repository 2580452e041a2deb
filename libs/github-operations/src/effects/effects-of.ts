import type { Operation } from '../operation.js';
import type { Effect } from './effect.js';
import { graphqlEffects } from './graphql-effects.js';
import { mcpEffects } from './mcp-effects.js';
import { restEffects } from './rest-effects.js';

export interface AnsweredApiCall {
  operation: Operation;
  /** The parsed request body; undefined where there was none. */
  request: unknown;
  /** The answer's body, decoded, as text. */
  answer: string;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // an empty answer, or not the one that was asked for
  }
}

/** The messages of an answer of MCP: one JSON document, or the `data` of an event stream. */
function messages(text: string): unknown[] {
  const whole = json(text);
  if (whole !== undefined) return [whole].flat();
  const events = text.split(/\r?\n\r?\n/).map((event) =>
    event
      .split(/\r?\n/)
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice('data:'.length).trimStart())
      .join('\n'),
  );
  return events.map(json).flat();
}

/**
 * What a call by the API that GitHub answered with success has done: refs with their ids, numbers of pull requests and
 * issues. What the answer does not say is left out; what no reader is for gives nothing.
 */
export function effectsOf({ operation, request, answer }: AnsweredApiCall): Effect[] {
  if (operation.surface === 'graphql') return graphqlEffects(request, json(answer));
  if (operation.surface === 'mcp') return mcpEffects(request, messages(answer));
  return operation.surface === 'rest' ? restEffects(operation, request, json(answer)) : [];
}

/** Calls whose answer does not tell where a ref stood before: it is asked beforehand. */
const SILENT = /^(?:git\/(?:update|delete)-ref|mutation\/.*\b(?:updateRefs?|deleteRef)\b.*)$/;

/** Refs that the call would move without being told from where; an empty name where only a node id names it. */
export const refsToLookUp = (operation: Operation): string[] =>
  SILENT.test(operation.id)
    ? operation.intents.flatMap(({ action, target }) =>
        action === 'ref.update' || action === 'ref.force' || action === 'ref.delete' ? [target.ref ?? ''] : [],
      )
    : [];
