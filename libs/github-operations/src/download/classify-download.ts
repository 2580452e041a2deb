import { surfaceOfHost, type HostKind } from '../hosts.js';
import { isGistId } from '../git/git-place.js';
import { isOwnerName, isRepoName } from '../names.js';
import type { Classification, Intent, Operation } from '../operation.js';
import { orRefusal, refuse } from '../unclassifiable.js';

export interface DownloadCall {
  host: string;
  method: string;
  /** As on the wire, without query. */
  path: string;
}

interface DownloadRoute {
  id: string;
  hosts: readonly HostKind[];
  /** What stands in the path; the named groups `owner` and `repo`, or `user` and `gist`, say whose it is. */
  pattern: RegExp;
}

const REPOSITORY = '/(?<owner>[^/]+)/(?<repo>[^/]+)';
const GIST = '/(?:(?<user>[^/]+)/)?(?<gist>[^/]+)';

/** Files and archives over plain HTTP, as curl, package managers and build tools fetch them. All are reads. */
const ROUTES: readonly DownloadRoute[] = [
  { id: 'download/media', hosts: ['raw'], pattern: new RegExp(`^/media${REPOSITORY}/[^/]+/.+$`) },
  { id: 'download/wiki', hosts: ['raw'], pattern: new RegExp(`^/wiki${REPOSITORY}/.+$`) },
  { id: 'download/raw', hosts: ['raw'], pattern: new RegExp(`^(?!/[wW][iI][kK][iI]/)${REPOSITORY}/[^/]+/.+$`) },
  { id: 'download/gist', hosts: ['gist'], pattern: new RegExp(`^${GIST}/raw(?:/.+)?$`) },
  {
    id: 'download/archive',
    hosts: ['codeload'],
    pattern: new RegExp(`^${REPOSITORY}/(?:legacy\\.)?(?:tar\\.gz|zip)/.+$`),
  },
  {
    id: 'download/archive',
    hosts: ['github'],
    pattern: new RegExp(`^${REPOSITORY}/(?:archive/.+\\.(?:tar\\.gz|zip)|(?:tarball|zipball)/.+)$`),
  },
  { id: 'download/raw', hosts: ['github'], pattern: new RegExp(`^${REPOSITORY}/raw/.+/.+$`) },
  {
    id: 'download/release-asset',
    hosts: ['github'],
    pattern: new RegExp(`^${REPOSITORY}/releases/(?:download/[^/]+|latest/download)/[^/]+$`),
  },
];

const WHY: Partial<Record<HostKind, string>> = {
  objects: ' Addresses of stored files are followed only where a call through Holdshort led to them.',
};

const unknown = ({ method, host, path }: DownloadCall, why = ''): never =>
  refuse(
    'operation_unknown',
    `${method} ${path.slice(0, 200)} on ${host} is not a download that Holdshort knows, and unknown calls are refused.${why}`,
  );

/** Dot segments, empty ones and encoded slashes or dots name another file to one reader than to the next. */
const isAmbiguous = (path: string): boolean =>
  /\/\/|\\|%(?![0-9a-f]{2})|%(?:00|2f|5c)/i.test(path) ||
  path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));

function routeOf(call: DownloadCall): { id: string; intent: Intent } {
  const kind = surfaceOfHost(call.host);
  if (kind === undefined || (call.method !== 'GET' && call.method !== 'HEAD')) return unknown(call);
  if (isAmbiguous(call.path)) return refuse('request_malformed', 'The path cannot be read in only one way.');
  const found = ROUTES.find((route) => isServed(route, call.host, kind) && route.pattern.test(call.path));
  if (!found) return unknown(call, WHY[kind]);
  return { id: found.id, intent: intentOf(call, found.pattern.exec(call.path)?.groups ?? {}) };
}

const intentOf = (call: DownloadCall, { owner = '', repo = '', user, gist }: Record<string, string>): Intent =>
  gist === undefined ? ofRepository(call, owner, repo) : ofGist(gist, user);

/** Of the two hosts of raw files, one puts `/media` before the repository and the other does not. */
const isServed = ({ id, hosts }: DownloadRoute, host: string, kind: HostKind): boolean =>
  hosts.includes(kind) && (kind !== 'raw' || (host === 'media.githubusercontent.com') === (id === 'download/media'));

function ofRepository(call: DownloadCall, owner: string, repo: string): Intent {
  if (repo.toLowerCase().endsWith('.wiki')) unknown(call, ' Pages of a wiki are read by git, or below /wiki/.');
  return isOwnerName(owner) && isRepoName(repo)
    ? { action: 'repo.read', target: { owner, repo } }
    : refuse('request_malformed', 'Owner or repository in the path is not a name that GitHub gives.');
}

/** Gists belong to accounts: reading one is judged as the same read by REST. */
const ofGist = (gist: string, user: string | undefined): Intent =>
  isGistId(gist) && (user === undefined || isOwnerName(user))
    ? { action: 'account.read', target: { account: true } }
    : refuse('request_malformed', 'The path does not name a gist.');

function operationOf(call: DownloadCall): { operation: Operation } {
  const { id, intent } = routeOf(call);
  const { host, method, path } = call;
  return {
    operation: {
      surface: 'download',
      id,
      class: 'read',
      intents: [intent],
      method,
      path,
      host,
    },
  };
}

/**
 * What a download from github.com or one of its file hosts reads: files, archives, release assets, pages of wikis, files
 * of gists. Hosts of signed addresses are refused with a reason that names host and path. Never throws.
 */
export const classifyDownload = (call: DownloadCall): Classification => orRefusal(() => operationOf(call));
