import { identify, mayUse } from '../access/actor.js';
import type { Repository } from '../world/model.js';
import type { World } from '../world/world.js';
import { archivePath } from './codeload.js';
import type { Exchange } from './exchange.js';
import { ASSET_STORAGE, assetPath } from './storage.js';

function releaseAsset(repository: Repository, rest: string): number | null {
  const [, tag, name] = /^releases\/download\/([^/]+)\/([^/]+)$/.exec(rest) ?? [];
  const [, latest] = /^releases\/latest\/download\/([^/]+)$/.exec(rest) ?? [];
  const release = repository.releases.findLast((entry) => (latest === undefined ? entry.tag === tag : !entry.draft));
  return release?.assets.find((asset) => asset.name === (latest ?? name))?.id ?? null;
}

/** Where github.com sends a browser for the file; `null` for pages, which the stand-in does not have. */
function locationOf(world: World, repository: Repository, pathname: string): string | null {
  const [, owner = '', name = '', rest = ''] = /^\/([^/]+)\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
  const archive = archivePath(pathname);
  if (archive) return world.addresses.file('codeload.github.com', `/${owner}/${name}/${archive.format}/${archive.ref}`);
  if (rest.startsWith('raw/'))
    return world.addresses.file('raw.githubusercontent.com', `/${owner}/${name}/${rest.slice('raw/'.length)}`);
  const asset = releaseAsset(repository, rest);
  return asset === null ? null : world.addresses.storage('GET', ASSET_STORAGE, assetPath(repository.id, asset));
}

/** Archives, raw files and release assets of github.com: redirects that carry a token, with a page that repeats it. */
export async function serveWebRedirect(world: World, exchange: Exchange): Promise<boolean> {
  const { req, res, url } = exchange;
  const [, owner = '', name = ''] = /^\/([^/]+)\/([^/]+)\/(?:archive|raw|releases)\//.exec(url.pathname) ?? [];
  if (owner === '') return false;
  const repository = world.repositoryByName(owner, name);
  const actor = await identify(world, req);
  const readable = repository && mayUse(actor, repository, ['contents:read']) ? repository : undefined;
  const location = readable ? locationOf(world, readable, url.pathname) : null;
  if (location === null) res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Not Found');
  else
    res
      .writeHead(302, { location, 'content-type': 'text/html; charset=utf-8' })
      .end(`<html><body>You are being <a href="${location}">redirected</a>.</body></html>`);
  return true;
}
