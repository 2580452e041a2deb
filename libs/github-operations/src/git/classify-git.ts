import { isOwnerName, isRepoName } from '../names.js';
import {
  gravestClass,
  type Classification,
  type Intent,
  type Operation,
  type Surface,
  type Target,
} from '../operation.js';
import { orRefusal, refuse } from '../unclassifiable.js';

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

/** Names are plain ASCII, so an encoded character, a dot segment or an empty one is never needed. */
function repositoryOf(call: GitCall): { target: Target; rest: string } {
  const [, owner = '', name = '', rest = ''] = /^\/([^/]+)\/([^/]+)\/(.+)$/.exec(call.path) ?? [];
  const repo = name.replace(/\.git$/, '');
  if (repo.toLowerCase().endsWith('.wiki')) unknown(call, ' Wikis are not opened through Holdshort yet.');
  if (rest === '') return unknown(call);
  if (!isOwnerName(owner) || !isRepoName(repo))
    return refuse('request_malformed', 'Owner or repository in the path is not a name that GitHub gives.');
  return { target: { owner, repo }, rest };
}

/** The service decides between reading and writing, so it must be said exactly once. */
function serviceOf(query: GitCall['query']): string {
  const services = new URLSearchParams(query ?? '').getAll('service');
  return services.length === 1 ? (services[0] ?? '') : '';
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
  const { target, rest } = repositoryOf(call);
  const { id, surface, action } = routeOf(call, rest);
  const intents: Intent[] = [{ action, target }];
  const { host, method, path } = call;
  return { operation: { surface, id, class: gravestClass(intents), intents, method, path, host } };
}

/**
 * What a git or LFS request over HTTP is about. For `git/receive-pack` replace the intents by those of
 * intentsOfPush once the commands are read, for `lfs/batch` by those of intentsOfLfsBatch; as long as
 * nobody does, both count as the write they might be. Never throws.
 */
export const classifyGit = (call: GitCall): Classification => orRefusal(() => operationOf(call));

/** The intent of an LFS batch body: `download` reads, everything else writes. */
export function intentsOfLfsBatch(owner: string, repo: string, body: unknown): Intent[] {
  const operation = typeof body === 'object' && body !== null ? (body as { operation?: unknown }).operation : undefined;
  return [{ action: operation === 'download' ? 'repo.read' : 'lfs.write', target: { owner, repo } }];
}
