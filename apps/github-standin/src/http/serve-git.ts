import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { canSee, identify, mayUse, permissionsOn, tokenOf, type Actor } from '../access/actor.js';
import { covers } from '../access/permissions.js';
import { serveBackend } from '../git/http-backend.js';
import { ReceivePackRequest } from '../git/receive-pack-request.js';
import { UploadPackRequest } from '../git/upload-pack-request.js';
import { ReportReasons } from '../git/report-reasons.js';
import type { Repository } from '../world/model.js';
import { wikiFolder, wikiOf } from '../world/side-repositories.js';
import { afterPush } from '../world/pull-state.js';
import type { World } from '../world/world.js';
import type { Exchange } from './exchange.js';
import { serveLfs } from './serve-lfs.js';

export interface GitPath {
  owner: string;
  name: string;
  /** The repository beside the one that is named. */
  wiki: boolean;
  /** What stands behind the repository: `/info/refs`, `/git-upload-pack`, ... */
  rest: string;
}

/** `null` where the path is not git's. GitHub takes repositories with and without `.git`. */
export function gitPath(pathname: string): GitPath | null {
  const match =
    /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack|info\/lfs\/.*|HEAD|objects\/.*))$/.exec(
      pathname,
    );
  if (!match) return null;
  const [, owner = '', whole = '', rest = ''] = match;
  const name = whole.replace(/\.wiki$/i, '');
  return { owner, name, wiki: name !== whole, rest };
}

interface Refusal {
  status: number;
  text: string;
}

function anonymousRefusal(repository: Repository | undefined, writes: boolean): Refusal | null {
  if (repository && !repository.private && !writes) return null;
  return { status: 401, text: writes ? 'No anonymous write access.' : 'Repository not found.' };
}

/** Why GitHub would not serve this; `null` where it would. */
function refusalOf(actor: Actor, repository: Repository | undefined, writes: boolean): Refusal | null {
  if (actor.kind === 'anonymous') return anonymousRefusal(repository, writes);
  if (!tokenOf(actor)) {
    return {
      status: 401,
      text: 'Invalid username or token. Password authentication is not supported for Git operations.',
    };
  }
  if (!repository || !canSee(actor, repository)) return { status: 404, text: 'Repository not found.' };
  if (writes && repository.archived) return { status: 403, text: 'This repository was archived so it is read-only.' };
  if (mayUse(actor, repository, [writes ? 'contents:write' : 'contents:read'])) return null;
  return {
    status: 403,
    text: writes ? 'Write access to repository not granted.' : 'Read access to repository not granted.',
  };
}

function refuse(exchange: Exchange, refusal: Refusal): void {
  exchange.req.resume();
  exchange.res.writeHead(refusal.status, {
    'content-type': 'text/plain; charset=utf-8',
    ...(refusal.status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {}),
  });
  exchange.res.end(`${refusal.text}\n`);
}

/** Variables of the pre-receive hook, see there. */
function hookEnvironment(actor: Actor, repository: Repository, verdict: string): Record<string, string> {
  const refs = (only: (enforced: boolean) => boolean): string =>
    [...repository.protection]
      .filter(([, { enforced }]) => only(enforced))
      .map(([name]) => ` refs/heads/${name} `)
      .join('');
  const token = tokenOf(actor);
  const workflows = token !== null && covers(permissionsOn(token, repository), 'workflows:write');
  return {
    STANDIN_PROTECTED: refs(() => true),
    STANDIN_ENFORCED: refs((enforced) => enforced),
    STANDIN_WORKFLOWS: workflows ? '1' : '0',
    STANDIN_VERDICT: verdict,
  };
}

/** Wikis have no protected branches and no workflows. */
const WIKI_ENVIRONMENT = { STANDIN_PROTECTED: '', STANDIN_ENFORCED: '', STANDIN_WORKFLOWS: '1', STANDIN_VERDICT: '' };

/** A wiki, with the rules of its repository about who may. */
async function serveWiki(world: World, exchange: Exchange, repository: Repository, path: GitPath): Promise<void> {
  await wikiOf(world, repository);
  const request = new ReceivePackRequest();
  request.on('data', () => (exchange.log.pack_bytes = request.packBytes));
  const target = {
    projectRoot: world.projectRoot,
    pathInfo: `/${wikiFolder(repository)}.git${path.rest}`,
    query: exchange.url.search.slice(1),
    remoteUser: world.bot.login,
    env: WIKI_ENVIRONMENT,
  };
  await serveBackend(world.git, exchange, target, path.rest === '/git-receive-pack' ? { through: [request] } : {});
}

async function servePush(world: World, exchange: Exchange, repository: Repository, actor: Actor): Promise<void> {
  const verdict = join(world.git.stateDir, `verdict-${randomUUID()}`);
  const request = new ReceivePackRequest();
  request.on('data', () => (exchange.log.pack_bytes = request.packBytes));
  const report = new ReportReasons(verdict);
  try {
    const env = hookEnvironment(actor, repository, verdict);
    const remoteUser = actor.kind === 'user' ? actor.account.login : world.bot.login;
    const target = { ...backendTarget(world, repository, '/git-receive-pack', ''), remoteUser, env };
    await serveBackend(world.git, exchange, target, { through: [request], back: [report] });
  } finally {
    exchange.log.pack_bytes = request.packBytes;
    rmSync(verdict, { force: true });
  }
  if (report.accepted > 0) world.audit.git('git.push', doerOf(exchange, actor), repository);
  if (request.commands.length > 0) await afterPush(world, repository);
}

async function serveFetch(world: World, exchange: Exchange, repository: Repository, actor: Actor): Promise<void> {
  const request = new UploadPackRequest();
  const target = backendTarget(world, repository, '/git-upload-pack', exchange.url.search.slice(1));
  await serveBackend(world.git, exchange, target, { through: [request] });
  if (request.action !== undefined) world.audit.git(request.action, doerOf(exchange, actor), repository);
}

const backendTarget = (world: World, repository: Repository, rest: string, query: string) => ({
  projectRoot: world.projectRoot,
  pathInfo: `/${String(repository.id)}.git${rest}`,
  query,
  remoteUser: world.bot.login,
});

const serviceOf = ({ rest }: GitPath, url: URL): string =>
  rest === '/info/refs' ? (url.searchParams.get('service') ?? '') : rest.slice(1);

/** git over HTTP, by real `git http-backend`, with GitHub's rules about who may. */
export async function serveGit(world: World, exchange: Exchange, path: GitPath): Promise<void> {
  const { req, res, url } = exchange;
  const service = serviceOf(path, url);
  res.setHeader('x-github-request-id', exchange.log.n.toString(16).toUpperCase().padStart(8, '0'));
  if (path.rest.startsWith('/info/lfs/') && !path.wiki) {
    await serveLfs(world, exchange, path);
    return;
  }
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') {
    refuse(exchange, { status: 403, text: 'Please upgrade your git client.' });
    return;
  }
  const actor = await identify(world, req);
  const repository = world.repositoryByName(path.owner, path.name);
  const refusal = refusalOf(actor, repository, service === 'git-receive-pack');
  if (refusal || !repository) {
    refuse(exchange, refusal ?? { status: 404, text: 'Repository not found.' });
    return;
  }
  if (path.wiki) return serveWiki(world, exchange, repository, path);
  if (path.rest === '/git-receive-pack') return servePush(world, exchange, repository, actor);
  if (path.rest === '/git-upload-pack') return serveFetch(world, exchange, repository, actor);
  await serveBackend(world.git, exchange, backendTarget(world, repository, path.rest, url.search.slice(1)));
}

const doerOf = ({ req, res }: Exchange, actor: Actor) => ({
  actor,
  userAgent: req.headers['user-agent'] ?? '',
  requestId: String(res.getHeader('x-github-request-id')),
});
