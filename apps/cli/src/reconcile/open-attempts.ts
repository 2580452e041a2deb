import type { GithubEntry } from './github-entry.js';
import type { IssuedToken, PushHalf } from './trail-record.js';

export interface Candidate {
  entry: GithubEntry;
  token: IssuedToken;
}

/** A push is held for ten minutes at most by default, and a large one takes a while. */
const LONGEST_PUSH_MS = 30 * 60_000;

/**
 * Pushes that an agent announced and whose outcome does not name the lease: the agent was killed between the two. They
 * stand for an entry of the same session on the same repository, each for one. An attempt with an ordinary outcome stands
 * for none: that is what its outcome was joined for.
 * @returns the candidates that nothing of the trail stands for
 */
export async function withoutAttempt(
  candidates: readonly Candidate[],
  halves: AsyncIterable<PushHalf>,
  skew: number,
): Promise<Candidate[]> {
  const sessions = new Set(candidates.map(({ token }) => token.session));
  const open = await openAttempts(sessions, halves);
  return candidates
    .toSorted((a, b) => a.entry.time - b.entry.time)
    .filter(({ entry, token }) => {
      const attempts = open.get(token.session) ?? [];
      const place = attempts.findIndex(
        ({ repo, time }) =>
          repo === entry.repo && entry.time >= time - skew && entry.time <= time + LONGEST_PUSH_MS + skew,
      );
      if (place === -1) return true;
      attempts.splice(place, 1);
      return false;
    });
}

/** By session, in order of time. Memory: the pushes of these sessions. */
async function openAttempts(
  sessions: ReadonlySet<string>,
  halves: AsyncIterable<PushHalf>,
): Promise<Map<string, PushHalf[]>> {
  const attempts = new Map<string, PushHalf>();
  const ended = new Set<string>();
  for await (const half of halves) {
    if (half.session === '' || !sessions.has(half.session)) continue;
    if (half.k === 'attempt') attempts.set(half.call, half);
    if (half.k === 'outcome') ended.add(half.call);
  }
  const open = new Map<string, PushHalf[]>();
  for (const attempt of [...attempts.values()].sort((a, b) => a.time - b.time)) {
    if (ended.has(attempt.call)) continue;
    open.set(attempt.session, [...(open.get(attempt.session) ?? []), attempt]);
  }
  return open;
}
