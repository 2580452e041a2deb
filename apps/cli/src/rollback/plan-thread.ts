import type { EventEffect } from '@holdshort/audit-events';
import type { Verdict } from './rollback-plan.js';

/** A pull request or an issue that the session wrote to, and how it is now. */
export interface ThreadHistory {
  repo: string;
  kind: 'pull' | 'issue';
  number: number;
  /** In their order; at least one. */
  actions: EventEffect['action'][];
  /** `open`, `closed`, `merged`; undefined where it is not there. */
  state: string | undefined;
}

const TEXT_IS_KEPT = 'its former text is not on record';

/** Opened ones are closed, closed ones opened again. */
export function planThread({ repo, kind, number, actions, state }: ThreadHistory): Verdict {
  const states = actions.filter((action) => action !== 'update');
  const wanted = wantedState(states);
  if (wanted === undefined) return { kept: TEXT_IS_KEPT };
  if (state === undefined) return { kept: 'it is not there any more' };
  if (state === 'merged') return { kept: 'it is merged; its base branch is what is undone' };
  if (state === wanted) return { kept: `it is ${wanted} already` };
  const verb = wanted === 'closed' ? 'close' : 'reopen';
  return { step: { action: `${verb}_${kind}`, repo, number } };
}

/** What the session opened is closed, whatever it did with it afterwards; else what it did first is turned around. */
function wantedState(states: readonly EventEffect['action'][]): 'open' | 'closed' | undefined {
  const first = states[0];
  if (first === 'create' || first === 'reopen') return 'closed';
  return first === 'close' ? 'open' : undefined;
}

/** A comment that the session wrote. */
export function planComment(repo: string, id: string | undefined, isThere: boolean): Verdict {
  if (id === undefined) return { kept: 'its number is not on record' };
  return isThere ? { step: { action: 'delete_comment', repo, id } } : { kept: 'it is not there any more' };
}
