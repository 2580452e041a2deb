/** What a call has made at GitHub, as GitHub's answer to it says. */
export interface Made {
  /** Ids of commits, in lower case, in the order of the answer. */
  commits: string[];
  /** Number of the pull request that was opened. */
  pull?: number;
}

/** A commit id of SHA-1 or SHA-256; branch names of an answer are none. */
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const COMMIT_URL = /\/commit\/([0-9a-f]{40}|[0-9a-f]{64})$/;
const PULL_URL = /\/pulls?\/([1-9][0-9]{0,9})$/;

/** The value at a path of keys; undefined where something else stands there. */
export const valueAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((found, key) => {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    return (found as Record<string, unknown>)[key];
  }, value);

/** The first of these places that holds a commit id, or the address of a commit. */
export function commitAt(value: unknown, paths: readonly string[]): string[] {
  const found = paths.map((path) => valueAt(value, path)).find((place) => typeof place === 'string');
  const id = typeof found === 'string' ? (COMMIT_URL.exec(found)?.[1] ?? found) : '';
  return COMMIT.test(id) ? [id] : [];
}

/** The first of these places that holds a number, or the address of a pull request. */
export function pullAt(value: unknown, paths: readonly string[]): number | undefined {
  for (const path of paths) {
    const found = valueAt(value, path);
    const number = typeof found === 'string' ? Number(PULL_URL.exec(found)?.[1]) : found;
    if (typeof number === 'number' && Number.isSafeInteger(number) && number > 0) return number;
  }
  return undefined;
}

/** Undefined where the answer tells of nothing. */
export function madeOf(commits: readonly string[], pull?: number): Made | undefined {
  if (commits.length === 0 && pull === undefined) return undefined;
  return { commits: [...new Set(commits)], ...(pull === undefined ? {} : { pull }) };
}
