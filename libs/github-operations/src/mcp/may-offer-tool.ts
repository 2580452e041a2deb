import type { IntentAction } from '../operation.js';
import { toolWays } from './tool-ways.js';

/** Per tool, the intents of each way to call it. */
let actionsOfTools: ReadonlyMap<string, IntentAction[][]> | undefined;

function readActions(): ReadonlyMap<string, IntentAction[][]> {
  const byTool = new Map<string, IntentAction[][]>();
  for (const { tool, classification } of toolWays()) {
    if ('refusal' in classification) continue;
    const actions = classification.operation.intents.map(({ action }) => action);
    byTool.set(tool, [...(byTool.get(tool) ?? []), actions]);
  }
  return byTool;
}

/**
 * Whether a tool of GitHub's MCP server belongs into the list that a client is shown: it is known, and at least one
 * way to call it has nothing but intents that policy could allow.
 */
export function mayOfferTool(name: string, permitted: ReadonlySet<string>): boolean {
  actionsOfTools ??= readActions();
  return (actionsOfTools.get(name) ?? []).some((actions) => actions.every((action) => permitted.has(action)));
}
