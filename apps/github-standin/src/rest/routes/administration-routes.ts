import { randomBytes } from 'node:crypto';
import { notFound } from '../../http/github-error.js';
import {
  created,
  noContent,
  objectField,
  ok,
  optionalText,
  requiredText,
  type ApiCall,
  type JsonObject,
  type Reply,
} from '../api-call.js';
import { paginate } from '../paginate.js';
import { renderAccount } from '../render/account.js';
import { repositoryUrl } from '../render/repository.js';
import { route } from '../route.js';

type Store = 'hooks' | 'keys' | 'rulesets';

/** List, get, create and delete of things that are kept as they came. */
function storedRoutes(kind: Store, permission: string): ReturnType<typeof route>[] {
  const path = `/repos/{owner}/{repo}/${kind}`;
  const store = (call: ApiCall): Map<number, JsonObject> => call.repository.administration[kind];
  const render = (call: ApiCall, id: number, entry: JsonObject): JsonObject => ({
    id,
    ...entry,
    url: `${repositoryUrl(call.links, call.repository)}/${kind}/${String(id)}`,
    created_at: new Date().toISOString(),
  });
  const find = (call: ApiCall): JsonObject => {
    const entry = store(call).get(call.number('id'));
    if (!entry) throw notFound();
    return render(call, call.number('id'), entry);
  };
  const create = async (call: ApiCall): Promise<Reply> => {
    const [id, body] = [call.world.newId(), await call.body()];
    store(call).set(id, body);
    return created(render(call, id, body));
  };
  const remove = (call: ApiCall): Reply => {
    if (!store(call).delete(call.number('id'))) throw notFound();
    return noContent();
  };
  return [
    route(`GET ${path}`, [`${permission}:read`], (call) =>
      paginate(call, [...store(call)], ([id, entry]) => render(call, id, entry)),
    ),
    route(`POST ${path}`, [`${permission}:write`], create),
    route(`GET ${path}/{id}`, [`${permission}:read`], (call) => ok(find(call))),
    route(`DELETE ${path}/{id}`, [`${permission}:write`], remove),
  ];
}

async function addCollaborator(call: ApiCall): Promise<Reply> {
  const login = call.param('username');
  const permission = optionalText(await call.body(), 'permission') ?? 'push';
  call.repository.administration.collaborators.set(login, permission);
  return created({
    id: call.world.newId(),
    permissions: permission,
    invitee: renderAccount(call.links, call.world.account(login)),
  });
}

async function putSecret(call: ApiCall): Promise<Reply> {
  const value = requiredText(await call.body(), 'encrypted_value', 'Secret');
  call.repository.administration.secrets.set(call.param('name'), value);
  return { status: 201, body: {} };
}

const secretNames = (call: ApiCall): Reply => {
  const names = [...call.repository.administration.secrets.keys()];
  return ok({ total_count: names.length, secrets: names.map((name) => ({ name })) });
};

async function dispatchWorkflow(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const ref = requiredText(body, 'ref', 'Workflow');
  if (!(await call.repository.git.commitOf(ref.replace(/^refs\/(heads|tags)\//, '')))) throw notFound();
  call.repository.administration.dispatches.push({
    workflow: call.param('workflow_id'),
    ref,
    inputs: objectField(body, 'inputs'),
  });
  return noContent();
}

async function listWorkflows(call: ApiCall): Promise<Reply> {
  const tip = await call.repository.git.commitOf(call.repository.defaultBranch);
  const folder = tip && (await call.repository.git.entryAt(tip.id, '.github/workflows'));
  const files = folder ? ((await call.repository.git.tree(folder.id)) ?? []) : [];
  const workflows = files.map(({ name }, index) => ({
    id: call.repository.id + index + 1,
    name: name.replace(/\.ya?ml$/, ''),
    path: `.github/workflows/${name}`,
    state: 'active',
  }));
  return ok({ total_count: workflows.length, workflows });
}

export const administrationRoutes = [
  ...storedRoutes('hooks', 'repository_hooks'),
  ...storedRoutes('keys', 'administration'),
  ...storedRoutes('rulesets', 'administration'),
  route('GET /repos/{owner}/{repo}/collaborators', ['metadata:read'], (call) =>
    paginate(call, [...call.repository.administration.collaborators.keys()], (login) =>
      renderAccount(call.links, call.world.account(login)),
    ),
  ),
  route('PUT /repos/{owner}/{repo}/collaborators/{username}', ['administration:write'], addCollaborator),
  route('DELETE /repos/{owner}/{repo}/collaborators/{username}', ['administration:write'], (call) => {
    call.repository.administration.collaborators.delete(call.param('username'));
    return noContent();
  }),
  route('GET /repos/{owner}/{repo}/actions/secrets', ['secrets:read'], secretNames),
  route('GET /repos/{owner}/{repo}/actions/secrets/public-key', ['secrets:read'], () =>
    ok({ key_id: '1', key: randomBytes(32).toString('base64') }),
  ),
  route('PUT /repos/{owner}/{repo}/actions/secrets/{name}', ['secrets:write'], putSecret),
  route('GET /repos/{owner}/{repo}/actions/workflows', ['actions:read'], listWorkflows),
  route('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', ['actions:write'], dispatchWorkflow),
  route('GET /repos/{owner}/{repo}/actions/runs', ['actions:read'], () => ok({ total_count: 0, workflow_runs: [] })),
];
