import { GitHubError, notFound, unprocessable } from '../../http/github-error.js';
import { mergeBranch } from '../../world/merge-branch.js';
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
import { renderCommit } from '../render/commit.js';
import { repositoryUrl } from '../render/repository.js';
import { route } from '../route.js';

const branchUrl = (call: ApiCall, name: string): string =>
  `${repositoryUrl(call.links, call.repository)}/branches/${encodeURIComponent(name)}`;

function shortBranch(call: ApiCall, name: string, id: string): JsonObject {
  return {
    name,
    commit: { sha: id, url: `${repositoryUrl(call.links, call.repository)}/commits/${id}` },
    protected: call.repository.protection.has(name),
    protection_url: `${branchUrl(call, name)}/protection`,
  };
}

async function listBranches(call: ApiCall): Promise<Reply> {
  const wanted = call.query.get('protected');
  const branches = (await call.repository.git.refs('refs/heads/'))
    .map(({ ref, id }) => ({ name: ref.slice('refs/heads/'.length), id }))
    .filter(({ name }) => wanted === null || String(call.repository.protection.has(name)) === wanted);
  return paginate(call, branches, ({ name, id }) => shortBranch(call, name, id));
}

async function renderBranch(call: ApiCall, name: string): Promise<JsonObject> {
  const tip = await call.repository.git.refTarget(`refs/heads/${name}`);
  const commit = tip && (await call.repository.git.commitOf(tip.id));
  if (!commit) throw new GitHubError(404, 'Branch not found');
  const url = branchUrl(call, name);
  return {
    ...shortBranch(call, name, commit.id),
    commit: renderCommit(call.world, call.links, call.repository, commit),
    _links: { self: url, html: `${call.links.web}/${call.param('owner')}/${call.param('repo')}/tree/${name}` },
    protection: {
      enabled: call.repository.protection.has(name),
      required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
    },
    protection_url: `${url}/protection`,
  };
}

function getProtection(call: ApiCall): Reply {
  const protection = call.repository.protection.get(call.param('branch'));
  if (!protection) throw new GitHubError(404, 'Branch not protected');
  return ok({
    url: `${branchUrl(call, call.param('branch'))}/protection`,
    enforce_admins: { enabled: protection.enforced },
    ...protection.settings,
  });
}

async function setProtection(call: ApiCall): Promise<Reply> {
  const settings = await call.body();
  call.repository.protection.set(call.param('branch'), { enforced: settings.enforce_admins === true, settings });
  return getProtection(call);
}

function deleteProtection(call: ApiCall): Reply {
  if (!call.repository.protection.delete(call.param('branch'))) throw new GitHubError(404, 'Branch not protected');
  return noContent();
}

async function renameBranch(call: ApiCall): Promise<Reply> {
  const { repository } = call;
  const [from, to] = [call.param('branch'), requiredText(await call.body(), 'new_name', 'Branch')];
  const tip = await repository.git.refTarget(`refs/heads/${from}`);
  if (!tip) throw notFound();
  if (await repository.git.refTarget(`refs/heads/${to}`)) throw unprocessable(`Branch name ${to} already exists`);
  await repository.git.setRef(`refs/heads/${to}`, tip.id, null);
  await repository.git.setRef(`refs/heads/${from}`, null, tip.id);
  if (repository.defaultBranch === from) {
    repository.defaultBranch = to;
    await repository.git.run(['symbolic-ref', 'HEAD', `refs/heads/${to}`]);
  }
  return created(await renderBranch(call, to));
}

async function mergeBranches(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const id = await mergeBranch(call.world, call.repository, {
    base: requiredText(body, 'base', 'Merge'),
    head: requiredText(body, 'head', 'Merge'),
    message: optionalText(body, 'commit_message'),
    workflows: call.has('workflows:write'),
  });
  if (id === null) return noContent();
  const commit = await call.repository.git.commitOf(id);
  return created(commit && renderCommit(call.world, call.links, call.repository, commit));
}

export const branchRoutes = [
  route('GET /repos/{owner}/{repo}/branches', ['contents:read'], listBranches),
  route('GET /repos/{owner}/{repo}/branches/{+branch}/protection', ['administration:read'], getProtection),
  route('PUT /repos/{owner}/{repo}/branches/{+branch}/protection', ['administration:write'], setProtection),
  route('DELETE /repos/{owner}/{repo}/branches/{+branch}/protection', ['administration:write'], deleteProtection),
  route('POST /repos/{owner}/{repo}/branches/{+branch}/rename', ['contents:write'], renameBranch),
  route('GET /repos/{owner}/{repo}/branches/{+branch}', ['contents:read'], async (call) =>
    ok(await renderBranch(call, call.param('branch'))),
  ),
  route('POST /repos/{owner}/{repo}/merges', ['contents:write'], mergeBranches),
];
