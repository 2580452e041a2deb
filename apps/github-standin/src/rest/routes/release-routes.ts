import { notFound, unprocessable } from '../../http/github-error.js';
import { fullName, type Release } from '../../world/model.js';
import { nodeId } from '../../world/node-id.js';
import { moveRef } from '../../world/ref-rules.js';
import {
  created,
  noContent,
  ok,
  optionalText,
  requiredText,
  type ApiCall,
  type JsonObject,
  type Reply,
} from '../api-call.js';
import { paginate } from '../paginate.js';
import { renderAccount } from '../render/account.js';
import { renderAsset } from '../render/asset.js';
import { repositoryUrl } from '../render/repository.js';
import { route } from '../route.js';

function renderRelease(call: ApiCall, release: Release): JsonObject {
  const url = `${repositoryUrl(call.links, call.repository)}/releases/${String(release.id)}`;
  return {
    id: release.id,
    node_id: nodeId('Release', call.repository.id, release.id),
    url,
    html_url: `${call.links.web}/${fullName(call.repository)}/releases/tag/${release.tag}`,
    upload_url: `https://uploads.github.com/repos/${fullName(call.repository)}/releases/${String(release.id)}/assets{?name,label}`,
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    body: release.body,
    draft: release.draft,
    prerelease: release.prerelease,
    author: renderAccount(call.links, release.author),
    created_at: release.createdAt,
    published_at: release.draft ? null : release.createdAt,
    assets: release.assets.map((asset) => renderAsset(call, release, asset)),
  };
}

async function createRelease(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const { repository } = call;
  const tag = requiredText(body, 'tag_name', 'Release');
  const target = optionalText(body, 'target_commitish') ?? repository.defaultBranch;
  const commit = await repository.git.commitOf(target);
  if (!commit)
    throw unprocessable('Validation Failed', [{ resource: 'Release', field: 'target_commitish', code: 'invalid' }]);
  if (repository.releases.some((release) => release.tag === tag)) {
    throw unprocessable('Validation Failed', [{ resource: 'Release', field: 'tag_name', code: 'already_exists' }]);
  }
  const ref = `refs/tags/${tag}`;
  if (body.draft !== true && !(await repository.git.refTarget(ref))) {
    await moveRef(repository, {
      ref,
      old: null,
      next: commit.id,
      force: false,
      workflows: call.has('workflows:write'),
    });
  }
  const release: Release = {
    id: call.world.newId(),
    tag,
    target,
    name: optionalText(body, 'name') ?? null,
    body: optionalText(body, 'body') ?? null,
    draft: body.draft === true,
    prerelease: body.prerelease === true,
    author: call.account,
    createdAt: new Date().toISOString(),
    assets: [],
  };
  repository.releases.push(release);
  return created(renderRelease(call, release));
}

function findRelease(call: ApiCall, test: (release: Release) => boolean): Release {
  const release = call.repository.releases.findLast(test);
  if (!release) throw notFound();
  return release;
}

export const releaseRoutes = [
  route('GET /repos/{owner}/{repo}/releases', ['contents:read'], (call) =>
    paginate(call, [...call.repository.releases].reverse(), (release) => renderRelease(call, release)),
  ),
  route('POST /repos/{owner}/{repo}/releases', ['contents:write'], createRelease),
  route('GET /repos/{owner}/{repo}/releases/latest', ['contents:read'], (call) =>
    ok(
      renderRelease(
        call,
        findRelease(call, ({ draft, prerelease }) => !draft && !prerelease),
      ),
    ),
  ),
  route('GET /repos/{owner}/{repo}/releases/tags/{+tag}', ['contents:read'], (call) =>
    ok(
      renderRelease(
        call,
        findRelease(call, ({ tag }) => tag === call.param('tag')),
      ),
    ),
  ),
  route('GET /repos/{owner}/{repo}/releases/{release_id}', ['contents:read'], (call) =>
    ok(
      renderRelease(
        call,
        findRelease(call, ({ id }) => id === call.number('release_id')),
      ),
    ),
  ),
  route('DELETE /repos/{owner}/{repo}/releases/{release_id}', ['contents:write'], (call) => {
    const release = findRelease(call, ({ id }) => id === call.number('release_id'));
    call.repository.releases = call.repository.releases.filter((entry) => entry !== release);
    return noContent();
  }),
];
