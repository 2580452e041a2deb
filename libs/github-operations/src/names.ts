/** Accounts: letters, digits, hyphens, and the underscore of managed users; at most 39 plus its suffix. */
const OWNER = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,58})$/;
const REPO = /^[A-Za-z0-9._-]{1,100}$/;

export const isOwnerName = (name: string): boolean => OWNER.test(name);

/** `.git` at the end is cut off by some of GitHub's readers and not by others: no name at all. */
export const isRepoName = (name: string): boolean =>
  REPO.test(name) && name !== '.' && name !== '..' && !name.toLowerCase().endsWith('.git');

// Control characters are what git refuses
const FORBIDDEN_IN_REF = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|^\.|^\/|\/$|\.$|\.lock(\/|$)/;

/** What `git check-ref-format` accepts, apart from a one-level name. */
export const isRefName = (ref: string): boolean =>
  ref !== '' && ref !== '@' && ref.length <= 1024 && !FORBIDDEN_IN_REF.test(ref);

/**
 * A branch name as `refs/heads/...`. GitHub takes both forms in some places, so a name that could be
 * read as either (`heads/x`, `refs/tags/x`) is undefined: not to be judged.
 */
export function branchRef(name: string): string | undefined {
  const short = name.startsWith('refs/heads/') ? name.slice('refs/heads/'.length) : name;
  const isAmbiguous = /^(refs|heads|tags|remotes)(\/|$)/.test(short);
  return isRefName(short) && !isAmbiguous ? `refs/heads/${short}` : undefined;
}

/** A tag name as `refs/tags/...`, or undefined where it can be read in two ways. */
export function tagRef(name: string): string | undefined {
  const isAmbiguous = /^(refs|heads|tags|remotes)(\/|$)/.test(name);
  return isRefName(name) && !isAmbiguous ? `refs/tags/${name}` : undefined;
}

/** A ref that is already fully qualified, or undefined. */
export const qualifiedRef = (ref: string): string | undefined =>
  /^refs\/[^/]+\/./.test(ref) && !ref.startsWith('refs/refs/') && isRefName(ref) ? ref : undefined;
