import { surfaceOfHost } from '../hosts.js';
import { isOwnerName, isRepoName } from '../names.js';
import type { Intent, Target } from '../operation.js';
import { refuse } from '../unclassifiable.js';

/** What a git address is about: a repository, the wiki beside one, or a gist. */
export interface GitPlace {
  kind: 'repository' | 'wiki' | 'gist';
  target: Target;
  /** What follows the name: `info/refs`, `git-upload-pack`, ... */
  rest: string;
}

/** Gists: 20 or 32 hex digits; the oldest have a plain number. */
const GIST_ID = /^(?:[0-9a-f]{20,64}|\d{1,10})$/;

export const isGistId = (text: string): boolean => GIST_ID.test(text);

const nameless = (): never =>
  refuse('request_malformed', 'Owner or repository in the path is not a name that GitHub gives.');

/** `gist.github.com/ID.git/...` and `gist.github.com/USER/ID.git/...`: gists belong to accounts, not to repositories. */
function gistOf(path: string): GitPlace | undefined {
  const [, user, id = '', rest = ''] =
    /^\/(?:([^/]+)\/)?([^/]+?)(?:\.git)?\/(info\/.+|git-[^/]+|objects\/.+|HEAD)$/.exec(path) ?? [];
  if (rest === '') return undefined;
  if (!isGistId(id) || (user !== undefined && !isOwnerName(user)))
    return refuse('request_malformed', 'The path does not name a gist.');
  return { kind: 'gist', target: { account: true }, rest };
}

/**
 * Which repository, wiki or gist a path names; undefined for a path that is not git's. Names are plain ASCII, so an
 * encoded character, a dot segment or an empty one is never needed.
 * @throws Unclassifiable for a name that GitHub does not give
 */
export function gitPlace(host: string, path: string): GitPlace | undefined {
  if (surfaceOfHost(host) === 'gist') return gistOf(path);
  const [, owner = '', name = '', rest = ''] = /^\/([^/]+)\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (rest === '') return undefined;
  const whole = name.replace(/\.git$/, '');
  const repo = whole.replace(/\.wiki$/i, '');
  if (!isOwnerName(owner) || !isRepoName(repo) || /\.wiki$/i.test(repo)) return nameless();
  return { kind: repo === whole ? 'repository' : 'wiki', target: { owner, repo }, rest };
}

/** Pushes by the operation that they are, and the one intent of those that move no ref of a repository. */
const PUSHES: Readonly<Record<string, Intent['action'] | undefined>> = {
  'git/receive-pack': undefined,
  'git/wiki-receive-pack': 'wiki.write',
  'git/gist-receive-pack': 'gist.write',
};

/** Whether the operation is a push: it is decided with a summary of what its pack changes. */
export const isPush = (operationId: string): boolean => Object.hasOwn(PUSHES, operationId);

/**
 * The intent that a push to a wiki or a gist has as a whole, whatever refs it moves; undefined where each ref of the
 * push has an intent of its own.
 */
export const wholePushAction = (operationId: string): Intent['action'] | undefined =>
  isPush(operationId) ? PUSHES[operationId] : undefined;
