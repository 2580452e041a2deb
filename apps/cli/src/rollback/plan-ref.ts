import { BRANCHES, branchOf, isZero, NO_OBJECT, type Segment, type Verdict } from './rollback-plan.js';

/** One move of a ref by the session; absent ids are not known. */
export interface Move {
  old?: string | undefined;
  new?: string | undefined;
}

/** A ref that the session moved, and how it is now. */
export interface RefHistory {
  /** The session that is rolled back. */
  undoes: string;
  repo: string;
  ref: string;
  /** In their order; at least one. */
  moves: Move[];
  /** Where it stands; undefined where it is not there. */
  now: string | undefined;
  isDefault: boolean;
  isProtected: boolean;
  /** Of each move, whether what it moved the ref to is still in it. */
  contained: boolean[];
  /** Where a branch that the session created left the default branch. */
  forkPoint: string | undefined;
  /** `2 commits by bob`: what came after the session's last move. */
  later: string[];
  /** Open pull requests of others from this branch or into it. */
  foreignPulls: number[];
  /** No branch is moved back, whoever moved it; see `--revert`. */
  neverMovesBack: boolean;
}

interface Known {
  first: string;
  last: string;
  /** Where it stands; zeros where it is not there. */
  now: string;
  moves: { old: string; new: string }[];
  /** Nobody moved it in between. */
  isUnbroken: boolean;
}

function known({ moves, now = NO_OBJECT }: RefHistory): Known | undefined {
  const told = moves.flatMap(({ old, new: next }) => (old && next ? [{ old, new: next }] : []));
  const [first, last] = [told[0], told.at(-1)];
  if (!first || !last || told.length < moves.length) return undefined;
  const isUnbroken = told.every(({ old }, n) => n === 0 || old === told[n - 1]?.new);
  return { first: first.old, last: last.new, now, moves: told, isUnbroken };
}

/**
 * How a ref comes back: to its old id where nobody moved it since, a branch of others' commits by a revert that is
 * proposed to them. What others did is never taken away.
 */
export function planRef(history: RefHistory): Verdict {
  const facts = known(history);
  if (!facts) return { kept: 'from where to where it was moved is not on record' };
  if (facts.now === facts.first) return { kept: 'it stands where it stood before' };
  const isOurs = facts.now === facts.last && facts.isUnbroken;
  return isOurs ? planOwn(history, facts) : planShared(history, facts);
}

/** Nobody moved it since. */
function planOwn(history: RefHistory, { first, last }: Known): Verdict {
  const { repo, ref, foreignPulls } = history;
  const others = foreignPulls.map((number) => `pull request #${String(number)}`);
  if (isZero(last)) return { step: { action: 'recreate_ref', repo, ref, from: NO_OBJECT, to: first } };
  if (!isZero(first) && mustGoForward(history)) return planRevert(history, [{ old: first, new: last }]);
  if (!isZero(first)) return { step: { action: 'restore_ref', repo, ref, from: last, to: first }, others };
  return others.length === 0
    ? { step: { action: 'delete_ref', repo, ref, from: last, to: NO_OBJECT } }
    : { kept: `others built on it: ${others.join(', ')}` };
}

/** GitHub and policy let nobody rewrite these, and everybody's clones are based on them. */
const mustGoForward = ({ ref, isDefault, isProtected, neverMovesBack }: RefHistory): boolean =>
  ref.startsWith(BRANCHES) && (isDefault || isProtected || neverMovesBack);

/** Others moved it since, or in between. */
function planShared(history: RefHistory, { last, now, moves }: Known): Verdict {
  if (isZero(now)) return { kept: 'somebody else has deleted it since' };
  if (isZero(last)) return { kept: 'somebody else has created it again since' };
  if (!history.ref.startsWith(BRANCHES)) return { kept: 'somebody else has moved it since' };
  const segments = moves.flatMap((move, n): Segment[] => {
    const old = isZero(move.old) ? history.forkPoint : move.old;
    return history.contained[n] && !isZero(move.new) && old !== undefined ? [{ old, new: move.new }] : [];
  });
  return segments.length === 0
    ? { kept: 'nothing of the session is in it any more' }
    : planRevert(history, joined(segments));
}

/** Moves that follow each other are undone as one. */
function joined(segments: readonly Segment[]): Segment[] {
  const result: Segment[] = [];
  for (const segment of segments) {
    const before = result.at(-1);
    if (before?.new === segment.old) result[result.length - 1] = { old: before.old, new: segment.new };
    else result.push(segment);
  }
  return result;
}

const planRevert = ({ undoes, repo, ref, now = NO_OBJECT, later }: RefHistory, segments: Segment[]): Verdict => ({
  step: {
    action: 'revert_by_pull',
    repo,
    ref,
    from: now,
    segments,
    branch: `holdshort/rollback/${undoes}/${branchOf(ref)}`,
  },
  others: later,
});
