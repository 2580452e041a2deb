import type { EventEffect } from '@holdshort/audit-events';
import { fullBranch, type GithubReader, type PullFacts } from './github-reader.js';
import { branchOf, BRANCHES, type SessionEffect } from './rollback-plan.js';

/** Calls that move a ref anywhere: what they moved it to need not be a child of where it stood. */
const MOVES_ANYWHERE = /^(?:git\/update-ref|mutation\/.*updateRefs?\b)/;

/**
 * The effect with what its record lacks, where GitHub's answer today can tell it beyond doubt: the name of the default
 * branch, the parent of a commit, the number of a pull request. A merge is the move of its base branch.
 */
export async function completed(done: SessionEffect, github: GithubReader): Promise<SessionEffect> {
  const effect = await completedEffect(done, github);
  return { ...done, effect };
}

function completedEffect(done: SessionEffect, github: GithubReader): Promise<EventEffect> {
  const { kind, action } = done.effect;
  if (kind === 'ref') return completedRef(done, github);
  if (kind === 'comment') return Promise.resolve(done.effect);
  return action === 'merge' ? completedMerge(done, github) : numbered(done, github);
}

async function completedRef({ repo, operation, effect }: SessionEffect, github: GithubReader): Promise<EventEffect> {
  const ref = effect.ref ?? fullBranch((await github.repository(repo)).defaultBranch);
  const next = effect.new ?? (await childOf(github, { repo, ref, old: effect.old }));
  const mayAskParent = effect.old === undefined && next !== undefined && !MOVES_ANYWHERE.test(operation);
  const old = mayAskParent ? (await github.commit(repo, next))?.parents[0] : effect.old;
  return withFacts(effect, { ref, old, new: next });
}

/** The commit that was made on top of `old`, as long as the branch still has it. */
async function childOf(
  github: GithubReader,
  { repo, ref, old }: { repo: string; ref: string; old: string | undefined },
): Promise<string | undefined> {
  if (old === undefined || !ref.startsWith(BRANCHES)) return undefined;
  const since = await github.compare(repo, old, branchOf(ref));
  return since?.commits.find(({ parents }) => parents[0] === old)?.id;
}

/** GitHub knows the base of a pull request, and what it made of the merge. */
async function completedMerge(done: SessionEffect, github: GithubReader): Promise<EventEffect> {
  const { repo } = done;
  const named = await numbered(done, github);
  const pull = named.number === undefined ? undefined : await github.pull(repo, named.number);
  const merged = named.new ?? pull?.mergeSha;
  if (!pull?.merged || merged === undefined) return named;
  const old = await beforeMerge(github, { repo, pull, merged });
  return withFacts(named, { ref: fullBranch(pull.base), old, new: merged });
}

/**
 * Where the base stood: the first parent of a merge or a squash. A rebase made as many commits as the pull request has; its
 * last one has the message of the pull request's last one.
 */
async function beforeMerge(
  github: GithubReader,
  { repo, pull, merged }: { repo: string; pull: PullFacts; merged: string },
): Promise<string | undefined> {
  const commit = await github.commit(repo, merged);
  if (!commit || commit.parents.length > 1) return commit?.parents[0];
  const commits = await github.pullCommits(repo, pull.number);
  const wasRebased = commits.length > 1 && commits.at(-1)?.message === commit.message;
  let before = commit.parents[0];
  for (let left = wasRebased ? commits.length - 1 : 0; left > 0 && before !== undefined; left -= 1)
    before = (await github.commit(repo, before))?.parents[0];
  return before;
}

/** Its number, by the GraphQL id, or by the head of a pull request that is open. */
async function numbered({ repo, effect }: SessionEffect, github: GithubReader): Promise<EventEffect> {
  if (effect.number !== undefined) return effect;
  const byNode = effect.node_id === undefined ? undefined : await github.numberOfNode(effect.node_id);
  const number = byNode ?? (await numberByHead(github, repo, effect));
  return withFacts(effect, { number });
}

async function numberByHead(github: GithubReader, repo: string, effect: EventEffect): Promise<number | undefined> {
  if (effect.kind !== 'pull' || effect.action !== 'create' || !effect.ref?.startsWith(BRANCHES)) return undefined;
  const open = await github.openPulls(repo, 'head', branchOf(effect.ref));
  return open.length === 1 ? open[0]?.number : undefined;
}

type Loose = { [Name in keyof EventEffect]?: EventEffect[Name] | undefined };

const withFacts = (effect: EventEffect, facts: Loose): EventEffect => ({
  ...effect,
  ...(Object.fromEntries(
    Object.entries(facts as Record<string, unknown>).filter(([, value]) => value !== undefined),
  ) as Partial<EventEffect>),
});
