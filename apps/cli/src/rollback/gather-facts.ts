import type { EventEffect } from '@holdshort/audit-events';
import { completed } from './complete-effects.js';
import type { GithubReader } from './github-reader.js';
import type { Move, RefHistory } from './plan-ref.js';
import type { ThreadHistory } from './plan-thread.js';
import { BRANCHES, branchOf, isZero, type SessionEffect } from './rollback-plan.js';

/** Effects that are undone together, as places in the list of effects. */
export interface Group<History> {
  effects: number[];
  history: History;
}

export interface CommentHistory {
  repo: string;
  id: string | undefined;
  isThere: boolean;
}

export interface Gathered {
  /** As the record has them, with what GitHub added. */
  effects: SessionEffect[];
  refs: Group<RefHistory>[];
  threads: Group<ThreadHistory>[];
  comments: Group<CommentHistory>[];
}

export interface GatherOptions {
  /** The session that is rolled back. */
  undoes: string;
  neverMovesBack: boolean;
}

/** Asks GitHub what the plan must know of each ref, pull request, issue and comment that the session wrote to. */
export async function gatherFacts(
  done: readonly SessionEffect[],
  github: GithubReader,
  options: GatherOptions,
): Promise<Gathered> {
  const effects: SessionEffect[] = [];
  for (const effect of done) effects.push(await completed(effect, github));
  const opened = openedPulls(effects);
  const refs: Group<RefHistory>[] = [];
  for (const places of grouped(effects, refKey))
    refs.push({ effects: places, history: await refHistory(pick(effects, places), github, { ...options, opened }) });
  const threads: Group<ThreadHistory>[] = [];
  for (const places of grouped(effects, threadKey))
    threads.push({ effects: places, history: await threadHistory(pick(effects, places), github) });
  const comments: Group<CommentHistory>[] = [];
  for (const places of grouped(effects, ({ call, effect }) => (effect.kind === 'comment' ? call : undefined)))
    comments.push({ effects: places, history: await commentHistory(pick(effects, places), github) });
  return { effects, refs, threads, comments };
}

const pick = (effects: readonly SessionEffect[], places: readonly number[]): SessionEffect[] =>
  effects.filter((_, place) => places.includes(place));

const refKey = ({ repo, effect }: SessionEffect): string | undefined =>
  movesRef(effect) && effect.ref !== undefined ? `${repo} ${effect.ref}` : undefined;

/** A merge moves its base branch. */
const movesRef = ({ kind, action }: EventEffect): boolean => kind === 'ref' || (kind === 'pull' && action === 'merge');

const threadKey = ({ repo, effect }: SessionEffect): string | undefined =>
  effect.number !== undefined && !movesRef(effect) && effect.kind !== 'comment'
    ? `${repo} ${effect.kind} ${String(effect.number)}`
    : undefined;

/** Places of effects with the same key, in the order of the first. */
function grouped(
  effects: readonly SessionEffect[],
  keyOf: (effect: SessionEffect) => string | undefined,
): Iterable<number[]> {
  const groups = new Map<string, number[]>();
  for (const [place, effect] of effects.entries()) {
    const key = keyOf(effect);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), place]);
  }
  return groups.values();
}

const openedPulls = (effects: readonly SessionEffect[]): ReadonlySet<string> =>
  new Set(
    effects
      .filter(({ effect }) => effect.kind === 'pull' && effect.action === 'create')
      .map(({ repo, effect }) => `${repo} ${String(effect.number)}`),
  );

type RefOptions = GatherOptions & { opened: ReadonlySet<string> };

async function refHistory(
  done: readonly SessionEffect[],
  github: GithubReader,
  { undoes, neverMovesBack, opened }: RefOptions,
): Promise<RefHistory> {
  const { repo = '', effect: { ref = '' } = {} } = done[0] ?? {};
  const moves = done.map(({ effect }) => ({ old: effect.old, new: effect.new }));
  const now = await github.refId(repo, ref);
  const { defaultBranch } = await github.repository(repo);
  const isBranch = ref.startsWith(BRANCHES);
  const isThere = isBranch && now !== undefined;
  return {
    ...{ undoes, repo, ref, moves, now, neverMovesBack },
    isDefault: ref === `${BRANCHES}${defaultBranch}`,
    isProtected: isThere && (await github.isProtected(repo, branchOf(ref))),
    ...(await aftermath(github, { repo, moves, now: isThere ? now : undefined, defaultBranch })),
    foreignPulls: isThere ? await foreignPulls(github, { repo, branch: branchOf(ref), opened }) : [],
  };
}

type Aftermath = Pick<RefHistory, 'contained' | 'forkPoint' | 'later'>;

/** What of the session is still in the branch, and what came after it. */
async function aftermath(
  github: GithubReader,
  { repo, moves, now, defaultBranch }: { defaultBranch: string } & Pick<RefHistory, 'repo' | 'moves' | 'now'>,
): Promise<Aftermath> {
  if (now === undefined) return { contained: moves.map(() => false), later: [], forkPoint: undefined };
  const contained: boolean[] = [];
  let later: string[] = [];
  const made = new Set(moves.map((move) => move.new));
  for (const { new: next } of moves) {
    const since = next === undefined || isZero(next) ? undefined : await github.compare(repo, next, now);
    contained.push(since?.isContained === true);
    if (since?.isContained) later = countedByAuthor(since.commits.filter(({ id }) => !made.has(id)));
  }
  return { contained, later, forkPoint: await forkPoint(github, { repo, defaultBranch, move: moves[0] }) };
}

/** Where a branch that the session created left the default branch. */
async function forkPoint(
  github: GithubReader,
  { repo, defaultBranch, move }: { repo: string; defaultBranch: string; move: Move | undefined },
): Promise<string | undefined> {
  if (!isZero(move?.old) || move?.new === undefined) return undefined;
  return (await github.compare(repo, defaultBranch, move.new))?.mergeBase;
}

/** `2 commits by bob` */
function countedByAuthor(commits: readonly { author: string }[]): string[] {
  const counts = new Map<string, number>();
  for (const { author } of commits) counts.set(author, (counts.get(author) ?? 0) + 1);
  return [...counts].map(([author, count]) => `${String(count)} commit${count === 1 ? '' : 's'} by ${author}`);
}

async function foreignPulls(
  github: GithubReader,
  { repo, branch, opened }: { repo: string; branch: string; opened: ReadonlySet<string> },
): Promise<number[]> {
  const pulls = [...(await github.openPulls(repo, 'head', branch)), ...(await github.openPulls(repo, 'base', branch))];
  return pulls.map(({ number }) => number).filter((number) => !opened.has(`${repo} ${String(number)}`));
}

async function threadHistory(done: readonly SessionEffect[], github: GithubReader): Promise<ThreadHistory> {
  const { repo = '', effect } = done[0] ?? {};
  const number = effect?.number ?? 0;
  const kind = effect?.kind === 'pull' ? 'pull' : 'issue';
  const actions = done.map((one) => one.effect.action);
  if (kind === 'issue') return { repo, kind, number, actions, state: await github.issueState(repo, number) };
  const pull = await github.pull(repo, number);
  return { repo, kind, number, actions, state: pull?.merged ? 'merged' : pull?.state };
}

async function commentHistory(done: readonly SessionEffect[], github: GithubReader): Promise<CommentHistory> {
  const { repo = '', effect } = done[0] ?? {};
  const id = effect?.id;
  return { repo, id, isThere: id !== undefined && (await github.hasComment(repo, id)) };
}
