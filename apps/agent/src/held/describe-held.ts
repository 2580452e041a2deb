import type { agentV1 } from '@holdshort/contracts';
import { ShownNames } from '../content/shown-names.js';
import { scanPolicyOf } from '../content/scan-policy.js';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { githubObjects, movesOwnRefs, placeOf } from '../push/github-objects.js';
import type { Push } from '../push/push.js';
import { heldFiles } from './held-files.js';
import { heldRequest } from './held-call.js';
import { NO_PUSH_LOOKUP } from './read-content.js';

type Held = Pick<agentV1.ShowHeldRequest, 'files' | 'moreFiles' | 'call' | 'notes'>;

/**
 * What people are shown of a held call: of a push the differences of its files, of another call the request. Never a
 * secret that the scanner knows, never a credential.
 * @param over ends the looking; what is not done by then is not shown
 */
export async function describeHeld(exchange: Exchange, agent: AgentContext, over: AbortSignal): Promise<Held> {
  const { push } = exchange;
  if (push) return describePush(exchange, agent, push, over);
  const { call, files } = heldRequest(exchange);
  return { files, moreFiles: 0, call, notes: [] };
}

async function describePush(exchange: Exchange, agent: AgentContext, push: Push, over: AbortSignal): Promise<Held> {
  const isOwn = movesOwnRefs(exchange);
  const lookup = isOwn ? githubObjects(exchange, agent, { ...placeOf(exchange), over }) : NO_PUSH_LOOKUP;
  const names = new Map<string, string>();
  const shows = (name: string): string => {
    const known = names.get(name) ?? new ShownNames([name], scanPolicyOf(agent)).of(name);
    names.set(name, known);
    return known;
  };
  const { files, more, notes } = await heldFiles(push, lookup, { shows, over });
  const unread = isOwn ? [] : ['Older content of a wiki or a gist is not looked up: all is shown as added.'];
  return { files, moreFiles: more, call: undefined, notes: [...unread, ...notes] };
}
