import { createHash } from 'node:crypto';
import type { CallFact } from './facts.js';
import { shellActions } from './shell/shell-actions.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What is kept of a tool call: names of actions, and digests of everything that a text stands in. */
export function callFact(call: { id: string; name: string; argumentsSha256: string; commands: string[] }): CallFact {
  const { id, name, argumentsSha256, commands } = call;
  return {
    id,
    name,
    argumentsSha256,
    commandSha256s: commands.map(sha256),
    actions: shellActions(commands).map(({ verb, refs, background }) => ({
      verb,
      refSha256s: refs.map(sha256),
      background,
    })),
  };
}
