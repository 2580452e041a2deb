import { spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { identify, mayUse } from '../access/actor.js';
import type { Repository } from '../world/model.js';
import type { World } from '../world/world.js';
import type { Exchange } from './exchange.js';

interface ArchivePath {
  owner: string;
  name: string;
  format: 'tar.gz' | 'zip';
  ref: string;
}

/** codeload's `/o/r/tar.gz/REF`, and github.com's `/o/r/archive/REF.tar.gz`. */
export function archivePath(pathname: string): ArchivePath | null {
  const path = decodeURIComponent(pathname);
  const plain = /^\/([^/]+)\/([^/]+)\/(?:legacy\.)?(tar\.gz|zip)\/(.+)$/.exec(path);
  if (plain) return { owner: plain[1] ?? '', name: plain[2] ?? '', format: plain[3] as 'zip', ref: plain[4] ?? '' };
  const web = /^\/([^/]+)\/([^/]+)\/archive\/(.+)\.(tar\.gz|zip)$/.exec(path);
  return web && { owner: web[1] ?? '', name: web[2] ?? '', format: web[4] as 'zip', ref: web[3] ?? '' };
}

/** Whether the address carries its own token, from a redirect of ours. */
export const isSigned = (world: World, { req, host, url }: Exchange): boolean =>
  world.addresses.opens({ method: req.method ?? '', host, url });

async function readableRepository(
  world: World,
  exchange: Exchange,
  path: ArchivePath,
): Promise<Repository | undefined> {
  const repository = world.repositoryByName(path.owner, path.name);
  const actor = await identify(world, exchange.req);
  if (!repository) return undefined;
  return isSigned(world, exchange) || mayUse(actor, repository, ['contents:read']) ? repository : undefined;
}

/** A repository's files as one archive, by `git archive`, streamed. */
export async function serveArchive(world: World, exchange: Exchange): Promise<void> {
  const path = archivePath(exchange.url.pathname);
  const readable = path ? await readableRepository(world, exchange, path) : undefined;
  const commit = path && readable ? await readable.git.commitOf(path.ref.replace(/^refs\/(heads|tags)\//, '')) : null;
  if (!path || !readable || !commit) {
    exchange.res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404: Not Found');
    return;
  }
  const args = ['archive', `--format=${path.format}`, `--prefix=${path.name}-${commit.id.slice(0, 7)}/`, commit.id];
  const env = { ...world.git.env, GIT_DIR: readable.git.gitDir };
  const child = spawn('git', args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  exchange.res.writeHead(200, { 'content-type': path.format === 'zip' ? 'application/zip' : 'application/x-gzip' });
  try {
    await pipeline(child.stdout, exchange.res);
  } catch {
    // The client went away.
    child.kill();
  }
}
