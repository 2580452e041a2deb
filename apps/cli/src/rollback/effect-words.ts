import type { EventEffect } from '@holdshort/audit-events';
import { BRANCHES, branchOf, isZero, type RollbackPlan, type Step, type StepResult } from './rollback-plan.js';
import { printable, table } from '../table.js';

/** GitHub shows 7; 12 do not collide in the largest repositories. */
const SHORT = 12;
const short = (id: string | undefined): string =>
  id === undefined ? '?' : isZero(id) ? 'nothing' : id.slice(0, SHORT);
const refName = (ref: string | undefined): string => (ref?.startsWith(BRANCHES) ? branchOf(ref) : (ref ?? 'a ref'));

/** `branch topic: 1111..2222`, `pull request #7 opened`. */
export function effectWords({ kind, action, ref, old, new: next, number, id }: EventEffect): string {
  const moved = `${refName(ref)}: ${short(old)} -> ${short(next)}`;
  if (kind === 'ref') return moved;
  const named = number === undefined ? '' : ` #${String(number)}`;
  if (kind === 'comment') return `comment ${id ?? ''}${named === '' ? '' : ` on${named}`} written`;
  const subject = `${kind === 'pull' ? 'pull request' : 'issue'}${named}`;
  if (action === 'merge') return `${subject} merged, ${moved}`;
  return `${subject} ${DONE[action]}`;
}

const DONE: Readonly<Record<EventEffect['action'], string>> = {
  create: 'opened',
  update: 'edited',
  delete: 'deleted',
  merge: 'merged',
  close: 'closed',
  reopen: 'opened again',
};

/** What a step does, in one line. */
export function stepWords(step: Step): string {
  const others = step.others.length > 0 ? `; others: ${step.others.join(', ')}` : '';
  return `${step.repo}: ${actionWords(step)}${others}`;
}

function actionWords(step: Step): string {
  switch (step.action) {
    case 'restore_ref':
      return `${refName(step.ref)} goes back from ${short(step.from)} to ${short(step.to)}`;
    case 'delete_ref':
      return `${refName(step.ref)} at ${short(step.from)} is deleted`;
    case 'recreate_ref':
      return `${refName(step.ref)} is created again at ${short(step.to)}`;
    case 'revert_by_pull':
      return `a pull request from ${step.branch} proposes to ${refName(step.ref)} to take back ${step.segments
        .map((segment) => `${short(segment.old)}..${short(segment.new)}`)
        .join(', ')}`;
    case 'delete_comment':
      return `comment ${step.id} is deleted`;
    default:
      return `${step.action.endsWith('pull') ? 'pull request' : 'issue'} #${String(step.number)} is ${
        step.action.startsWith('close') ? 'closed' : 'opened again'
      }`;
  }
}

/** The plan for people: what was done and what becomes of it, then the steps. */
export function planWords({ undoes, effects, steps }: RollbackPlan): string {
  if (effects.length === 0) return `Session ${undoes} wrote nothing that is on record.`;
  const rows = effects.map(({ at, repo, what, operation, step, kept }) => [
    at,
    repo,
    what,
    operation,
    step === undefined ? `stays: ${kept ?? ''}` : `step ${String(step)}`,
  ]);
  const lines = steps.map((step) => printable(`  ${String(step.n)}. ${stepWords(step)}`));
  return [
    `What session ${undoes} did:`,
    table(['AT', 'REPOSITORY', 'WHAT', 'BY', 'UNDONE BY'], rows),
    '',
    ...(lines.length > 0 ? ['Steps:', ...lines] : ['Nothing of it can be undone from here.']),
  ].join('\n');
}

export const resultWords = ({ n, done, why, pull }: StepResult): string =>
  printable(
    `  ${String(n)}. ${done ? 'done' : `not done: ${why ?? ''}`}${pull === undefined ? '' : `, pull request #${String(pull)}`}`,
  );
