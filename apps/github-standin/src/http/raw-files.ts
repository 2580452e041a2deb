import { identify, mayUse } from '../access/actor.js';
import { wikiOf } from '../world/side-repositories.js';
import type { World } from '../world/world.js';
import { isSigned } from './codeload.js';
import type { Exchange } from './exchange.js';

/** `raw.githubusercontent.com/OWNER/REPO/REF/PATH` and `/wiki/OWNER/REPO/PAGE`: a file as it is; GitHub's 404 for all that the caller may not read. */
export async function serveRaw(world: World, exchange: Exchange): Promise<void> {
  const parts = exchange.url.pathname.slice(1).split('/').map(decodeURIComponent);
  const isWiki = parts[0] === 'wiki';
  const [owner = '', name = '', ...rest] = isWiki ? parts.slice(1) : parts;
  const repository = world.repositoryByName(owner, name);
  const actor = await identify(world, exchange.req);
  const found =
    repository && (isSigned(world, exchange) || mayUse(actor, repository, ['contents:read']))
      ? await (isWiki
          ? wikiOf(world, repository).then((git) => findFile(git, ['master', ...rest]))
          : findFile(repository.git, rest))
      : null;
  if (exchange.req.method !== 'GET' || !found) {
    exchange.res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404: Not Found');
    return;
  }
  exchange.res
    .writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': found.length })
    .end(found);
}

type Git = NonNullable<ReturnType<World['repositoryByName']>>['git'];

/** A ref may itself hold slashes: the shortest one that exists wins, as branches `a` and `a/b` cannot both exist. */
async function findFile(git: Git, parts: string[]): Promise<Buffer | null> {
  const plain = parts.slice(0, 2).join('/') === 'refs/heads' ? parts.slice(2) : parts;
  for (let length = 1; length < plain.length; length += 1) {
    const commit = await git.commitOf(plain.slice(0, length).join('/'));
    if (!commit) continue;
    const entry = await git.entryAt(commit.id, plain.slice(length).join('/'));
    const blob = entry?.type === 'blob' ? await git.read(entry.id) : null;
    return blob?.content ?? null;
  }
  return null;
}
