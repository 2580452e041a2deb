import { effectWords } from './effect-words.js';
import type { Gathered } from './gather-facts.js';
import { planRef } from './plan-ref.js';
import { planComment, planThread } from './plan-thread.js';
import type { PlannedEffect, RollbackPlan, SessionEffect, Step, StepBody, Untold, Verdict } from './rollback-plan.js';

/** Of pull requests first, as a branch that goes closes them; what is opened again needs its branch. */
const ORDER: readonly StepBody['action'][] = [
  'close_pull',
  'restore_ref',
  'delete_ref',
  'recreate_ref',
  'revert_by_pull',
  'reopen_pull',
  'close_issue',
  'reopen_issue',
  'delete_comment',
];

/** Verdicts on effects, by their places in the list of effects. */
export interface Judged {
  effects: number[];
  verdict: Verdict;
}

/** What becomes of each ref, pull request, issue and comment. */
export const judge = ({ refs, threads, comments }: Gathered): Judged[] => [
  ...refs.map(({ effects, history }) => ({ effects, verdict: planRef(history) })),
  ...threads.map(({ effects, history }) => ({ effects, verdict: planThread(history) })),
  ...comments.map(({ effects, history: { repo, id, isThere } }) => ({
    effects,
    verdict: planComment(repo, id, isThere),
  })),
];

const NO_NAME = 'what it was done to is not on record';

/** The steps in their order, and each effect with its step or the reason why it stays. */
export function makePlan(
  undoes: string,
  work: { effects: readonly SessionEffect[]; untold: readonly Untold[] },
  judged: readonly Judged[],
): RollbackPlan {
  const withStep = judged.flatMap(({ effects, verdict }) => ('step' in verdict ? [{ effects, ...verdict }] : []));
  const ordered = withStep.toSorted((a, b) => ORDER.indexOf(a.step.action) - ORDER.indexOf(b.step.action));
  const steps = ordered.map(({ step, others = [] }, place): Step => ({ n: place + 1, ...step, others }));
  const told = work.effects.map((done, place): PlannedEffect => {
    const n = ordered.findIndex(({ effects }) => effects.includes(place)) + 1;
    return { ...rowOf(done, effectWords(done.effect)), ...(n > 0 ? { step: n } : { kept: keptOf(judged, place) }) };
  });
  const untold = work.untold.map((write): PlannedEffect => ({ ...rowOf(write, write.operation), kept: write.why }));
  const effects = [...told, ...untold].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return { undoes, effects, steps };
}

const rowOf = ({ at, call, operation, repo }: Omit<SessionEffect, 'effect'>, what: string) => ({
  ...{ at, call, operation, repo, what },
});

function keptOf(judged: readonly Judged[], place: number): string {
  const verdict = judged.find(({ effects }) => effects.includes(place))?.verdict;
  return verdict && 'kept' in verdict ? verdict.kept : NO_NAME;
}
