import { gravestClass, type Classification, type Intent, type Operation, type Surface } from '../operation.js';
import { orRefusal, refuse } from '../unclassifiable.js';
import { gitPlace, type GitPlace } from './git-place.js';

export interface GitCall {
  host: string;
  method: string;
  /** As on the wire, without query. */
  path: string;
  query?: string | URLSearchParams;
}

interface GitRoute {
  id: string;
  surface: Surface;
  action: Intent['action'];
}

const read = (id: string): GitRoute => ({ id, surface: 'git', action: 'repo.read' });

/** The commands in the body say what a push does; until they are read it counts as an update of the default branch. */
const RECEIVE_PACK: GitRoute = { id: 'git/receive-pack', surface: 'git', action: 'ref.update' };

const lfs = (id: string, action: Intent['action'] = 'repo.read'): GitRoute => ({
  id: `lfs/${id}`,
  surface: 'lfs',
  action,
});

/** `{id}` stands for digits or hex digits. A batch says in its body whether it reads or writes; see intentsOfLfsBatch. */
const ROUTES: Readonly<Record<string, GitRoute>> = {
  'GET info/refs?git-upload-pack': read('git/upload-pack-advertisement'),
  'GET info/refs?git-receive-pack': read('git/receive-pack-advertisement'),
  'POST git-upload-pack': read('git/upload-pack'),
  'POST git-receive-pack': RECEIVE_PACK,
  'POST info/lfs/objects/batch': lfs('batch', 'lfs.write'),
  'POST info/lfs/locks/verify': lfs('locks-verify', 'lfs.write'),
  'GET info/lfs/locks': lfs('locks-list'),
  'POST info/lfs/locks': lfs('locks-create', 'lfs.write'),
  'POST info/lfs/locks/{id}/unlock': lfs('locks-unlock', 'lfs.write'),
  'POST info/lfs/verify': lfs('verify', 'lfs.write'),
  'GET info/lfs/objects/{id}': lfs('download'),
  'PUT info/lfs/objects/{id}': lfs('upload', 'lfs.write'),
};

const unknown = ({ method, host, path }: GitCall, why = ''): never =>
  refuse(
    'operation_unknown',
    `${method} ${path.slice(0, 200)} on ${host} is not a git operation that Holdshort knows, and unknown calls are refused.${why}`,
  );

/** The service decides between reading and writing, so it must be said exactly once. */
function serviceOf(query: GitCall['query']): string {
  const services = new URLSearchParams(query ?? '').getAll('service');
  return services.length === 1 ? (services[0] ?? '') : '';
}

/** Reading a gist is like reading any other part of an account; writing one publishes. */
const GIST_ACTIONS: Readonly<Partial<Record<Intent['action'], Intent['action']>>> = {
  'repo.read': 'account.read',
  'ref.update': 'gist.write',
};

/** Wikis and gists are git repositories without LFS, and a push to one moves no ref of a repository's own. */
function routeAt(call: GitCall, { kind, rest }: GitPlace): GitRoute {
  const route = routeOf(call, rest);
  if (kind === 'repository') return route;
  if (route.surface !== 'git') return unknown(call, ` A ${kind} has no LFS.`);
  const id = route.id.replace('git/', `git/${kind}-`);
  if (kind === 'gist') return { ...route, id, action: GIST_ACTIONS[route.action] ?? unknown(call) };
  return { ...route, id, action: route.action === 'ref.update' ? 'wiki.write' : route.action };
}

function routeOf(call: GitCall, rest: string): GitRoute {
  const pattern = rest.replace(/(?<=\/)([0-9a-f]{64}|[0-9]{1,20})(?=\/|$)/g, '{id}');
  const suffix = rest === 'info/refs' ? `?${serviceOf(call.query)}` : '';
  const key = `${call.method === 'HEAD' ? 'GET' : call.method} ${pattern}${suffix}`;
  if (!Object.hasOwn(ROUTES, key)) {
    const isDumb = rest === 'HEAD' || rest === 'info/refs' || rest.startsWith('objects/');
    return unknown(call, isDumb ? ' Git must speak its smart protocol.' : '');
  }
  return ROUTES[key] ?? unknown(call);
}

function operationOf(call: GitCall): { operation: Operation } {
  const place = gitPlace(call.host, call.path) ?? unknown(call);
  const { id, surface, action } = routeAt(call, place);
  const intents: Intent[] = [{ action, target: place.target }];
  const { host, method, path } = call;
  return { operation: { surface, id, class: gravestClass(intents), intents, method, path, host } };
}

/**
 * What a git or LFS request over HTTP is about: to a repository, its wiki (`/O/R.wiki.git`), or a gist. For
 * `git/receive-pack` replace the intents by those of intentsOfPush once the commands are read, for `lfs/batch` by those
 * of intentsOfLfsBatch; as long as nobody does, both count as the write they might be. Never throws.
 */
export const classifyGit = (call: GitCall): Classification => orRefusal(() => operationOf(call));

/** The intent of an LFS batch body: `download` reads, everything else writes. */
export function intentsOfLfsBatch(owner: string, repo: string, body: unknown): Intent[] {
  const operation = typeof body === 'object' && body !== null ? (body as { operation?: unknown }).operation : undefined;
  return [{ action: operation === 'download' ? 'repo.read' : 'lfs.write', target: { owner, repo } }];
}
