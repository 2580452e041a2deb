import type { GithubEntry } from './github-entry.js';
import type { RecordedPush } from './trail-record.js';

export interface Matched {
  pairs: [GithubEntry, RecordedPush][];
  /** Of GitHub. */
  unseen: GithubEntry[];
  /** Of the trail. */
  missing: RecordedPush[];
}

/**
 * Pushes by one token on one repository. A request id that both name decides; else an entry goes with a record whose
 * time holds it. Taking for each entry, in order of time, the record that ends first pairs as many as can be paired.
 * Where several of one minute cannot be told apart, the number that is left over is right, and the last is named.
 * @param skew how far clocks may be apart, in milliseconds
 */
export function matchPushes(entries: readonly GithubEntry[], records: readonly RecordedPush[], skew: number): Matched {
  const free = new Set([...records].sort((a, b) => a.until - b.until));
  const pairs: [GithubEntry, RecordedPush][] = [];
  const take = (entry: GithubEntry, fits: (record: RecordedPush) => boolean): boolean => {
    for (const record of free) {
      if (!fits(record)) continue;
      free.delete(record);
      pairs.push([entry, record]);
      return true;
    }
    return false;
  };
  const byId =
    ({ requestId }: GithubEntry) =>
    (record: RecordedPush) =>
      requestId !== '' && record.requestId === requestId;
  const byTime =
    ({ time }: GithubEntry) =>
    (record: RecordedPush) =>
      time >= record.from - skew && time <= record.until + skew;
  const named = entries.filter((entry) => !take(entry, byId(entry)));
  const unseen = [...named].sort((a, b) => a.time - b.time).filter((entry) => !take(entry, byTime(entry)));
  return { pairs, unseen, missing: [...free] };
}
