import { identify, mayUse } from '../access/actor.js';
import { fullName, type Repository } from '../world/model.js';
import type { World } from '../world/world.js';
import { readBody, type Exchange } from './exchange.js';
import { LFS_STORAGE, lfsPath } from './storage.js';

export const LFS_HOST = 'lfs.github.com';

interface LfsObject {
  oid: string;
  size: number;
}

interface LfsCall {
  world: World;
  exchange: Exchange;
  repository: Repository;
  writes: boolean;
  body: Record<string, unknown>;
}

function answer({ res }: Exchange, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/vnd.git-lfs+json' }).end(JSON.stringify(body));
}

const verifyPath = (repository: Repository, oid: string): string => `/${fullName(repository)}/objects/${oid}/verify`;

function uploadActions({ world, repository }: LfsCall, { oid, size }: LfsObject): Record<string, unknown> {
  const path = lfsPath(repository.id, oid);
  if (world.files.size(path) === size) return {};
  const verify = verifyPath(repository, oid);
  return {
    actions: {
      upload: {
        href: world.addresses.storage('PUT', LFS_STORAGE, path),
        header: { 'x-amz-content-sha256': oid, 'Content-Type': 'application/octet-stream' },
        expires_in: 900,
      },
      verify: {
        href: `https://${LFS_HOST}${verify}`,
        header: {
          Authorization: world.addresses.header('POST', LFS_HOST, verify),
          Accept: 'application/vnd.git-lfs+json',
        },
        expires_in: 900,
      },
    },
  };
}

function downloadActions({ world, repository }: LfsCall, { oid }: LfsObject): Record<string, unknown> {
  const path = lfsPath(repository.id, oid);
  if (world.files.size(path) === null) return { error: { code: 404, message: 'Object does not exist on the server' } };
  return { actions: { download: { href: world.addresses.storage('GET', LFS_STORAGE, path), expires_in: 900 } } };
}

function batch(call: LfsCall): void {
  const { operation, objects } = call.body as { operation?: string; objects?: LfsObject[] };
  const upload = operation === 'upload';
  if (upload && !call.writes) {
    answer(call.exchange, 403, { message: 'You must have push access to upload LFS objects.' });
    return;
  }
  const rendered = (objects ?? []).map((object) => ({
    ...object,
    ...(upload ? uploadActions(call, object) : downloadActions(call, object)),
  }));
  answer(call.exchange, 200, { transfer: 'basic', objects: rendered });
}

function createLock({ exchange, repository, body, world }: LfsCall): void {
  const path = typeof body['path'] === 'string' ? body['path'] : '';
  const known = repository.locks.find((lock) => lock.path === path);
  if (known) {
    answer(exchange, 409, { lock: known, message: 'already created lock' });
    return;
  }
  const lock = {
    id: String(world.newId()),
    path,
    locked_at: new Date().toISOString(),
    owner: { name: world.bot.login },
  };
  repository.locks.push(lock);
  answer(exchange, 201, { lock });
}

function unlock({ exchange, repository }: LfsCall, id: string): void {
  const lock = repository.locks.find((entry) => entry.id === id);
  repository.locks = repository.locks.filter((entry) => entry !== lock);
  if (lock) answer(exchange, 200, { lock });
  else answer(exchange, 404, { message: 'Not Found' });
}

function route(call: LfsCall, rest: string): void {
  const { exchange, repository } = call;
  const key = `${exchange.req.method ?? ''} ${rest}`;
  const unlocked = /^POST \/info\/lfs\/locks\/(\d+)\/unlock$/.exec(key);
  if (key === 'POST /info/lfs/objects/batch') batch(call);
  else if (key === 'GET /info/lfs/locks') answer(exchange, 200, { locks: repository.locks });
  else if (!call.writes) answer(exchange, 403, { message: 'You must have push access.' });
  else if (key === 'POST /info/lfs/locks/verify') answer(exchange, 200, { ours: repository.locks, theirs: [] });
  else if (key === 'POST /info/lfs/locks') createLock(call);
  else if (unlocked) unlock(call, unlocked[1] ?? '');
  else answer(exchange, 501, { message: `The GitHub stand-in does not implement ${key}` });
}

/** The LFS API of a repository; its objects lie on another host, behind signed addresses. */
export async function serveLfs(
  world: World,
  exchange: Exchange,
  path: { owner: string; name: string; rest: string },
): Promise<void> {
  const text = (await readBody(exchange.req)).toString('utf8');
  const actor = await identify(world, exchange.req);
  const repository = world.repositoryByName(path.owner, path.name);
  if (actor.kind === 'anonymous' || actor.kind === 'bad') {
    answer(exchange, 401, { message: 'Credentials needed' });
    return;
  }
  if (!repository || !mayUse(actor, repository, ['contents:read', 'contents:write'])) {
    answer(exchange, 404, { message: 'Not Found' });
    return;
  }
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  const writes = mayUse(actor, repository, ['contents:write']);
  route({ world, exchange, repository, writes, body }, path.rest);
}

/** The object that the path names, where the header is the one that the batch gave for it. */
function verified(world: World, { req, host, url }: Exchange): { repository: Repository; oid: string } | null {
  const match = /^\/([^/]+)\/([^/]+)\/objects\/([0-9a-f]{64})\/verify$/.exec(url.pathname);
  const [, owner = '', name = '', oid = ''] = match ?? [];
  const repository = world.repositoryByName(owner, name);
  const token = /^RemoteAuth (\S+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '';
  const isGood = req.method === 'POST' && world.addresses.isGood(token, 'POST', host, url.pathname);
  return repository && isGood ? { repository, oid } : null;
}

/** `lfs.github.com`: whether an object has arrived, asked with the header that the batch gave. */
export async function serveLfsVerify(world: World, exchange: Exchange): Promise<void> {
  const text = (await readBody(exchange.req)).toString('utf8');
  const object = verified(world, exchange);
  if (!object) {
    answer(exchange, 401, { message: 'Bad credentials' });
    return;
  }
  const asked = JSON.parse(text) as LfsObject;
  const size = world.files.size(lfsPath(object.repository.id, object.oid));
  if (asked.oid === object.oid && size === asked.size) answer(exchange, 200, {});
  else answer(exchange, 404, { message: 'Object is not there, or of another size' });
}
