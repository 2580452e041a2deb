import { covers } from '../../access/permissions.js';
import { notAccessible, notFound, unprocessable } from '../../http/github-error.js';
import {
  created,
  noContent,
  objectField,
  ok,
  optionalText,
  requiredText,
  textList,
  type ApiCall,
  type Reply,
} from '../api-call.js';
import { renderRepository } from '../render/repository.js';
import { route } from '../route.js';

async function updateRepository(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const { repository } = call;
  const branch = optionalText(body, 'default_branch');
  if (branch !== undefined) {
    if (!(await repository.git.refTarget(`refs/heads/${branch}`)))
      throw unprocessable('Validation Failed', [`The branch ${branch} was not found.`]);
    await repository.git.run(['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
    repository.defaultBranch = branch;
  }
  repository.name = optionalText(body, 'name') ?? repository.name;
  repository.description = optionalText(body, 'description') ?? repository.description;
  if (typeof body.private === 'boolean') repository.private = body.private;
  if (typeof body.visibility === 'string') repository.private = body.visibility !== 'public';
  if (typeof body.archived === 'boolean') repository.archived = body.archived;
  repository.updatedAt = new Date().toISOString();
  return ok(renderRepository(call, repository));
}

async function createOrganizationRepository(call: ApiCall): Promise<Reply> {
  const { actor, world } = call;
  const account = world.accounts.get(call.param('org').toLowerCase());
  if (!account) throw notFound();
  const allowed =
    actor.kind === 'installation' &&
    actor.token.installation?.account === account &&
    covers(actor.token.permissions, 'administration:write');
  if (!allowed) throw notAccessible();
  const body = await call.body();
  const name = requiredText(body, 'name', 'Repository');
  if (world.repositoryByName(account.login, name)) {
    throw unprocessable('Repository creation failed.', [
      { resource: 'Repository', field: 'name', code: 'custom', message: 'name already exists on this account' },
    ]);
  }
  const repository = await world.createRepository({
    owner: account.login,
    name,
    private: body.private === true,
    description: optionalText(body, 'description'),
  });
  return created(renderRepository(call, repository));
}

async function transfer(call: ApiCall): Promise<Reply> {
  const owner = requiredText(await call.body(), 'new_owner', 'Repository');
  call.repository.owner = call.world.account(owner, 'Organization');
  return { status: 202, body: renderRepository(call, call.repository) };
}

async function replaceTopics(call: ApiCall): Promise<Reply> {
  call.repository.administration.topics = textList(await call.body(), 'names') ?? [];
  return ok({ names: call.repository.administration.topics });
}

async function repositoryDispatch(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const event = requiredText(body, 'event_type', 'Dispatch');
  call.repository.administration.dispatches.push({ event, payload: objectField(body, 'client_payload') });
  return noContent();
}

export const repositoryRoutes = [
  route('GET /repos/{owner}/{repo}', ['metadata:read'], (call) => ok(renderRepository(call, call.repository))),
  route('PATCH /repos/{owner}/{repo}', ['administration:write'], updateRepository),
  route('DELETE /repos/{owner}/{repo}', ['administration:write'], (call) => {
    call.world.deleteRepository(call.repository);
    return noContent();
  }),
  route('POST /orgs/{org}/repos', 'installation', createOrganizationRepository),
  route('POST /repos/{owner}/{repo}/transfer', ['administration:write'], transfer),
  route('GET /repos/{owner}/{repo}/topics', ['metadata:read'], (call) =>
    ok({ names: call.repository.administration.topics }),
  ),
  route('PUT /repos/{owner}/{repo}/topics', ['administration:write'], replaceTopics),
  route('POST /repos/{owner}/{repo}/dispatches', ['contents:write'], repositoryDispatch),
  route('GET /repos/{owner}/{repo}/languages', ['metadata:read'], () => ok({ JavaScript: 1 })),
  route('GET /repos/{owner}/{repo}/contributors', ['metadata:read'], () => ok([])),
];
