import { isRefName } from '../../git/git-repository.js';
import { notFound, unprocessable } from '../../http/github-error.js';
import { nodeId } from '../../world/node-id.js';
import { afterPush } from '../../world/pull-state.js';
import { moveRef } from '../../world/ref-rules.js';
import { created, noContent, ok, requiredText, type ApiCall, type JsonObject, type Reply } from '../api-call.js';
import { paginate } from '../paginate.js';
import { repositoryUrl } from '../render/repository.js';
import { route } from '../route.js';

interface Ref {
  ref: string;
  id: string;
  type: string;
}

function renderRef(call: ApiCall, { ref, id, type }: Ref): JsonObject {
  const api = repositoryUrl(call.links, call.repository);
  return {
    ref,
    node_id: nodeId('Ref', call.repository.id, ref),
    url: `${api}/git/${ref}`,
    object: { sha: id, type, url: `${api}/git/${type}s/${id}` },
  };
}

const fullRef = (call: ApiCall): string => `refs/${call.param('ref').replace(/^refs\//, '')}`;

async function getRef(call: ApiCall): Promise<Reply> {
  const found = await call.repository.git.refTarget(fullRef(call));
  if (!found) throw notFound();
  return ok(renderRef(call, found));
}

async function matchingRefs(call: ApiCall): Promise<Reply> {
  const prefix = fullRef(call);
  const refs = (await call.repository.git.refs('refs/')).filter(({ ref }) => ref.startsWith(prefix));
  return paginate(call, refs, (ref) => renderRef(call, ref));
}

async function createRef(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const [ref, sha] = [requiredText(body, 'ref', 'Reference'), requiredText(body, 'sha', 'Reference')];
  if (!/^refs\/[^/]+\/./.test(ref) || !isRefName(ref))
    throw unprocessable(`Reference name must be a valid ref: ${ref}`);
  const object = /^[0-9a-f]{40}$/.test(sha) ? await call.repository.git.read(sha) : null;
  if (!object) throw unprocessable('Object does not exist');
  if (await call.repository.git.refTarget(ref)) throw unprocessable('Reference already exists');
  await moveRef(call.repository, { ref, old: null, next: sha, force: false, workflows: call.has('workflows:write') });
  await afterPush(call.world, call.repository);
  return created(renderRef(call, { ref, id: sha, type: object.type }));
}

async function updateRef(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const [ref, sha] = [fullRef(call), requiredText(body, 'sha', 'Reference')];
  const known = await call.repository.git.refTarget(ref);
  if (!known) throw unprocessable('Reference does not exist');
  if (!/^[0-9a-f]{40}$/.test(sha) || !(await call.repository.git.read(sha)))
    throw unprocessable('Object does not exist');
  await moveRef(call.repository, {
    ref,
    old: known.id,
    next: sha,
    force: body.force === true,
    workflows: call.has('workflows:write'),
  });
  await afterPush(call.world, call.repository);
  return ok(renderRef(call, { ref, id: sha, type: known.type }));
}

async function deleteRef(call: ApiCall): Promise<Reply> {
  const known = await call.repository.git.refTarget(fullRef(call));
  if (!known) throw unprocessable('Reference does not exist');
  await moveRef(call.repository, { ref: known.ref, old: known.id, next: null, force: true, workflows: true });
  await afterPush(call.world, call.repository);
  return noContent();
}

export const refRoutes = [
  route('GET /repos/{owner}/{repo}/git/ref/{+ref}', ['contents:read'], getRef),
  route('GET /repos/{owner}/{repo}/git/matching-refs/{+ref}', ['contents:read'], matchingRefs),
  route('GET /repos/{owner}/{repo}/git/refs/{+ref}', ['contents:read'], getRef),
  route('POST /repos/{owner}/{repo}/git/refs', ['contents:write'], createRef),
  route('PATCH /repos/{owner}/{repo}/git/refs/{+ref}', ['contents:write'], updateRef),
  route('DELETE /repos/{owner}/{repo}/git/refs/{+ref}', ['contents:write'], deleteRef),
];
