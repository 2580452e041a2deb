import type { ForeignToken } from './finding.js';
import { isGitPush, type GithubEntry } from './github-entry.js';

const NAMED = 5;

/** What tokens that Holdshort did not issue were used for; one entry per token, however much it does. */
export class ForeignTokens {
  private readonly byToken = new Map<string, { found: ForeignToken; first: number; last: number }>();

  add(token: string, entry: GithubEntry): void {
    const { time, access, actor, action, repo } = entry;
    const known = this.byToken.get(token) ?? { found: fresh(token, access), first: time, last: time };
    this.byToken.set(token, known);
    const { found } = known;
    found.entries += 1;
    if (isGitPush(entry)) found.pushes += 1;
    for (const [list, value] of [
      [found.actors, actor],
      [found.actions, action],
      [found.repos, repo],
    ] as const)
      if (value !== '' && list.length < NAMED && !list.includes(value)) list.push(value);
    known.first = Math.min(known.first, time);
    known.last = Math.max(known.last, time);
  }

  *found(): Generator<ForeignToken> {
    for (const { found, first, last } of this.byToken.values())
      yield { ...found, first: new Date(first).toISOString(), last: new Date(last).toISOString() };
  }
}

const fresh = (token: string, access: string): ForeignToken => ({
  ...{ kind: 'foreign_token', severity: 'alert', hashed_token: token, access },
  ...{ actors: [], actions: [], repos: [], entries: 0, pushes: 0, first: '', last: '' },
});
