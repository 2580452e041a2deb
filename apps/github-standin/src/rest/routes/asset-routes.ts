import { notFound, unprocessable } from '../../http/github-error.js';
import { ASSET_STORAGE, assetPath } from '../../http/storage.js';
import type { Release, ReleaseAsset } from '../../world/model.js';
import { created, noContent, ok, type ApiCall, type Reply } from '../api-call.js';
import { renderAsset } from '../render/asset.js';
import { route } from '../route.js';

function findAsset(call: ApiCall): { release: Release; asset: ReleaseAsset } {
  for (const release of call.repository.releases) {
    const asset = release.assets.find(({ id }) => id === call.number('asset_id'));
    if (asset) return { release, asset };
  }
  throw notFound();
}

function getAsset(call: ApiCall): Reply {
  const { release, asset } = findAsset(call);
  if (!call.accepts('application/octet-stream')) return ok(renderAsset(call, release, asset));
  const location = call.world.addresses.storage('GET', ASSET_STORAGE, assetPath(call.repository.id, asset.id));
  return { status: 302, headers: { location } };
}

/** On uploads.github.com: the body is the file. */
async function uploadAsset(call: ApiCall): Promise<Reply> {
  const release = call.repository.releases.find(({ id }) => id === call.number('release_id'));
  const name = call.query.get('name') ?? '';
  if (!release) throw notFound();
  if (name === '' || release.assets.some((asset) => asset.name === name))
    throw unprocessable('Validation Failed', [{ resource: 'ReleaseAsset', field: 'name', code: 'already_exists' }]);
  const id = call.world.newId();
  const size = await call.world.files.put(assetPath(call.repository.id, id), call.exchange.req);
  const asset: ReleaseAsset = {
    id,
    name,
    size,
    contentType: call.exchange.req.headers['content-type'] ?? 'application/octet-stream',
    createdAt: new Date().toISOString(),
  };
  release.assets.push(asset);
  return created(renderAsset(call, release, asset));
}

/** To codeload, with a token of its own for what is private. */
function archive(call: ApiCall, format: string): Reply {
  const { owner, name, defaultBranch } = call.repository;
  const ref = call.param('ref') || defaultBranch;
  const path = `/${owner.login}/${name}/legacy.${format}/${ref.split('/').map(encodeURIComponent).join('/')}`;
  return { status: 302, headers: { location: call.world.addresses.file('codeload.github.com', path) } };
}

export const assetRoutes = [
  route('GET /repos/{owner}/{repo}/releases/{release_id}/assets', ['contents:read'], (call) => {
    const release = call.repository.releases.find(({ id }) => id === call.number('release_id'));
    if (!release) throw notFound();
    return ok(release.assets.map((asset) => renderAsset(call, release, asset)));
  }),
  route('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', ['contents:read'], getAsset),
  route('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', ['contents:write'], (call) => {
    const { release, asset } = findAsset(call);
    release.assets = release.assets.filter((entry) => entry !== asset);
    return noContent();
  }),
  route('POST /repos/{owner}/{repo}/releases/{release_id}/assets', ['contents:write'], uploadAsset),
  route('GET /repos/{owner}/{repo}/tarball', ['contents:read'], (call) => archive(call, 'tar.gz')),
  route('GET /repos/{owner}/{repo}/tarball/{+ref}', ['contents:read'], (call) => archive(call, 'tar.gz')),
  route('GET /repos/{owner}/{repo}/zipball', ['contents:read'], (call) => archive(call, 'zip')),
  route('GET /repos/{owner}/{repo}/zipball/{+ref}', ['contents:read'], (call) => archive(call, 'zip')),
];
