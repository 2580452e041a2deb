import type { AuditEvent, EventEffect, EventPushRef } from '@holdshort/audit-events';
import { isGithubHost } from '@holdshort/github-operations';
import type { SessionEffect, Untold } from './rollback-plan.js';

export interface SessionWork {
  effects: SessionEffect[];
  untold: Untold[];
}

/** Objects that no ref leads to are seen by nobody, and GitHub clears them away. */
const LEAVES_NOTHING = new Set(['object.write', 'lfs.write', 'model.call']);

/** Repositories beside a repository: their refs are called like its own. */
const BESIDE: Readonly<Record<string, string>> = { 'wiki.write': 'a wiki', 'gist.write': 'a gist' };

const UNDONE_BY_HAND = 'this is undone by hand: Holdshort does not know how';

/** What the session wrote, in the order in which it is recorded. Reads, refusals and failures did nothing. */
export function workOf(events: readonly AuditEvent[]): SessionWork {
  const work: SessionWork = { effects: [], untold: [] };
  const writes = events.filter(({ type }) => type === 'call.write');
  const concluded = new Set(writes.filter(({ phase }) => phase === 'outcome').map((event) => event.correlation_id));
  for (const event of writes) {
    if (event.phase === 'outcome') addOutcome(work, event);
    else if (!concluded.has(event.correlation_id))
      work.untold.push({ ...factsOf(event), why: 'how it ended is not recorded: look at it by hand' });
  }
  return work;
}

const factsOf = ({ time, correlation_id, request, target }: AuditEvent): Omit<Untold, 'why'> => ({
  at: time,
  call: correlation_id,
  operation: request?.operation ?? '',
  repo: target?.repo ?? '',
});

function addOutcome(work: SessionWork, event: AuditEvent): void {
  const facts = factsOf(event);
  const effects = doneBy(event);
  const why = whyUntold(event, effects);
  if (why !== undefined) work.untold.push({ ...facts, why });
  else work.effects.push(...effects.map((effect) => ({ ...facts, effect })));
}

/** Of a push that GitHub took in part, what it took. */
const doneBy = ({ push, effects, outcome }: AuditEvent): EventEffect[] => {
  const pushed = (push ?? []).filter(({ result }) => result === 'ok').map(pushedRef);
  return outcome === 'success' ? [...pushed, ...(effects ?? [])] : pushed;
};

const ACTIONS = { create: 'create', update: 'update', force: 'update', delete: 'delete' } as const;

const pushedRef = ({ ref, old, new: next, kind }: EventPushRef): EventEffect => ({
  kind: 'ref',
  action: ACTIONS[kind],
  ref,
  old,
  new: next,
});

function whyUntold({ outcome, target, request }: AuditEvent, effects: readonly EventEffect[]): string | undefined {
  const intents = request?.intents ?? [];
  if (outcome === 'unknown') return 'whether GitHub did it is not known: look at it by hand';
  if (effects.length > 0) return whyElsewhere(target?.host, intents);
  const leftNothing = intents.every((intent) => LEAVES_NOTHING.has(intent) || intent.endsWith('.read'));
  return outcome !== 'success' || leftNothing ? undefined : UNDONE_BY_HAND;
}

function whyElsewhere(host: string | undefined, intents: readonly string[]): string | undefined {
  const beside = intents.map((intent) => BESIDE[intent]).find((place) => place !== undefined);
  if (beside !== undefined) return `it was in ${beside}, which is undone by hand`;
  return host === undefined || isGithubHost(host) ? undefined : `it was at ${host}, which is undone by hand`;
}
