import { createHash } from 'node:crypto';
import { canSee, identify, mayUse, tokenOf, type Actor } from '../access/actor.js';
import { acceptedHeader } from '../access/permissions.js';
import { isAudited, webAction } from '../audit/web-actions.js';
import type { Exchange } from '../http/exchange.js';
import { GitHubError, notAccessible, notFound, notImplemented } from '../http/github-error.js';
import { fullName, type Repository } from '../world/model.js';
import type { World } from '../world/world.js';
import { ApiCall, type Reply } from './api-call.js';
import { ROUTES } from './routes.js';
import { Router, type Match, type Needs } from './route.js';

const router = new Router(ROUTES);

/** GitHub's hourly limit of an installation. */
const RATE_LIMIT = 5000;

function commonHeaders(actor: Actor, exchange: Exchange): Record<string, string> {
  const token = tokenOf(actor);
  const used = token?.used ?? 1;
  const reset = token?.expiresAt ?? Date.now() + 3_600_000;
  return {
    server: 'github.com',
    'x-github-request-id': `${exchange.log.n.toString(16).toUpperCase().padStart(4, '0')}:57A4:1D0:3F1:6912E0A1`,
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': '2022-11-28',
    'x-ratelimit-limit': String(RATE_LIMIT),
    'x-ratelimit-remaining': String(Math.max(0, RATE_LIMIT - used)),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(Math.floor(reset / 1000)),
    'x-ratelimit-resource': 'core',
    'x-content-type-options': 'nosniff',
  };
}

/** `/repositories/ID/...` is the same as `/repos/OWNER/NAME/...`; an unknown id is left, and found nowhere. */
function byName(world: World, pathname: string): string {
  return pathname.replace(/^\/repositories\/(\d+)(?=\/|$)/, (all, id: string) => {
    const repository = world.repositories.get(Number(id));
    return repository ? `/repos/${fullName(repository)}` : all;
  });
}

function checkActor(actor: Actor, needs: Needs): void {
  if (actor.kind === 'bad') throw new GitHubError(401, actor.complaint);
  if (needs === 'app' && actor.kind !== 'app') throw new GitHubError(401, 'A JSON web token could not be decoded');
  if (needs === 'client' && actor.kind !== 'client') throw new GitHubError(401, 'Requires authentication');
  if (needs === 'app' || needs === 'client' || needs === 'none') return;
  if (actor.kind === 'app') throw new GitHubError(403, 'Resource not accessible by integration');
  if (needs === 'installation' && !tokenOf(actor)) throw new GitHubError(401, 'Requires authentication');
}

/** A repository that the caller may not see is not there; one that it sees may still refuse the call. */
function checkRepository(actor: Actor, needs: Needs, repository: Repository | undefined): void {
  if (typeof needs === 'string') return;
  if (!repository || !canSee(actor, repository)) throw notFound();
  if (mayUse(actor, repository, needs)) return;
  throw actor.kind === 'anonymous' ? new GitHubError(401, 'Requires authentication') : notAccessible();
}

function repositoryOf(world: World, { params }: Match): Repository | undefined {
  return params.owner !== undefined && params.repo !== undefined
    ? world.repositoryByName(params.owner, params.repo)
    : undefined;
}

/** The answer of one REST call, by the rules for whoever calls. @throws GitHubError */
export async function answer(world: World, exchange: Exchange, actor: Actor, prefix: string): Promise<Reply> {
  const pathname = byName(world, exchange.url.pathname.slice(prefix.length) || '/');
  const match = router.find(exchange.req.method ?? '', pathname);
  if (!match) {
    if (/^\/repositories\/\d+/.test(pathname)) throw notFound();
    throw notImplemented(`${exchange.req.method ?? ''} ${pathname}`);
  }
  const { needs } = match.route;
  const repository = repositoryOf(world, match);
  checkActor(actor, needs);
  if (typeof needs !== 'string') exchange.res.setHeader('x-accepted-github-permissions', acceptedHeader(needs));
  checkRepository(actor, needs, repository);
  if (repository?.archived && exchange.req.method !== 'GET')
    throw new GitHubError(403, 'Repository was archived so is read-only.');
  const call = new ApiCall({ world, exchange, actor, params: match.params, found: repository, prefix });
  const reply = await match.route.handler(call);
  await recordAction(call, match, reply.status);
  return reply;
}

/** What changed settings, pulls or people is in GitHub's audit log; a refused call threw before. */
async function recordAction(call: ApiCall, { route }: Match, status: number): Promise<void> {
  const name = `${route.method} ${route.template}`;
  if (!isAudited(name)) return;
  const action = webAction(name, await call.body(), status);
  const owner = call.found?.owner ?? call.world.accounts.get(call.param('org').toLowerCase());
  if (action === undefined || !owner) return;
  const doer = {
    actor: call.actor,
    userAgent: call.exchange.req.headers['user-agent'] ?? '',
    requestId: String(call.exchange.res.getHeader('x-github-request-id')),
  };
  call.world.audit.web(action, doer, owner, call.found);
}

function send(exchange: Exchange, reply: Reply): void {
  const { req, res } = exchange;
  const plain = typeof reply.body === 'string' || Buffer.isBuffer(reply.body);
  const bytes =
    reply.body === undefined
      ? Buffer.alloc(0)
      : Buffer.from(plain ? (reply.body as Buffer) : JSON.stringify(reply.body));
  const etag = `W/"${createHash('sha256').update(bytes).digest('hex')}"`;
  const headers: Record<string, string | number> = {
    ...(reply.status === 204
      ? {}
      : { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length }),
    ...(req.method === 'GET' && reply.status === 200
      ? { etag, 'cache-control': 'private, max-age=60, s-maxage=60', vary: 'Accept, Authorization, Cookie' }
      : {}),
    ...reply.headers,
  };
  if (req.method === 'GET' && reply.status === 200 && req.headers['if-none-match'] === etag) {
    res.writeHead(304, { etag }).end();
    return;
  }
  res.writeHead(reply.status, headers).end(req.method === 'HEAD' ? undefined : bytes);
}

/** GitHub's REST interface (and GraphQL, one of its routes). `prefix` is what stands before the path, as `/api/v3`. */
export async function serveApi(world: World, exchange: Exchange, prefix: string): Promise<void> {
  const actor = await identify(world, exchange.req);
  for (const [name, value] of Object.entries(commonHeaders(actor, exchange))) exchange.res.setHeader(name, value);
  try {
    send(exchange, await answer(world, exchange, actor, prefix));
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    send(exchange, { status: error.status, body: error.body() });
  } finally {
    exchange.req.resume();
  }
}
