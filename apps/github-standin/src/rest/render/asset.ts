import { fullName, type Release, type ReleaseAsset } from '../../world/model.js';
import { nodeId } from '../../world/node-id.js';
import type { ApiCall, JsonObject } from '../api-call.js';
import { renderAccount } from './account.js';
import { repositoryUrl } from './repository.js';

export function renderAsset(call: ApiCall, release: Release, asset: ReleaseAsset): JsonObject {
  const { repository, links } = call;
  return {
    id: asset.id,
    node_id: nodeId('ReleaseAsset', repository.id, asset.id),
    url: `${repositoryUrl(links, repository)}/releases/assets/${String(asset.id)}`,
    browser_download_url: `${links.web}/${fullName(repository)}/releases/download/${release.tag}/${asset.name}`,
    name: asset.name,
    label: null,
    state: 'uploaded',
    content_type: asset.contentType,
    size: asset.size,
    uploader: renderAccount(links, call.account),
    created_at: asset.createdAt,
    updated_at: asset.createdAt,
    download_count: 0,
  };
}
