import { isLevel, covers } from '../../access/permissions.js';
import { tokenNames } from '../../access/actor.js';
import { GitHubError, notFound, unprocessable } from '../../http/github-error.js';
import type { Installation, Permissions, Repository } from '../../world/model.js';
import { created, noContent, ok, type ApiCall, type JsonObject, type Reply } from '../api-call.js';
import { paginate } from '../paginate.js';
import { renderAccount } from '../render/account.js';
import { renderRepository } from '../render/repository.js';
import { route } from '../route.js';

const CREATED = '2026-01-05T09:00:00Z';

function renderApp(call: ApiCall): JsonObject {
  const { app } = call.world;
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    name: app.name,
    owner: renderAccount(call.links, call.world.account('acme', 'Organization')),
    html_url: `${call.links.web}/apps/${app.slug}`,
    permissions: [...call.world.installations.values()][0]?.permissions ?? {},
    events: [],
    created_at: CREATED,
    updated_at: CREATED,
  };
}

export function renderInstallation(call: ApiCall, installation: Installation): JsonObject {
  const { app } = call.world;
  return {
    id: installation.id,
    client_id: app.clientId,
    account: renderAccount(call.links, installation.account),
    repository_selection: 'all',
    access_tokens_url: `${call.links.api}/app/installations/${String(installation.id)}/access_tokens`,
    repositories_url: `${call.links.api}/installation/repositories`,
    html_url: `${call.links.web}/organizations/${installation.account.login}/settings/installations/${String(installation.id)}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: installation.permissions,
    events: [],
    created_at: CREATED,
    updated_at: CREATED,
    single_file_name: null,
    suspended_at: null,
    suspended_by: null,
  };
}

function installationById(call: ApiCall): Installation {
  const installation = call.world.installations.get(call.number('installation_id'));
  if (!installation) throw notFound();
  return installation;
}

function installationOfOwner(call: ApiCall, login: string): Reply {
  const account = call.world.accounts.get(login.toLowerCase());
  const installation = account && call.world.installationOf(account);
  if (!installation) throw notFound();
  return ok(renderInstallation(call, installation));
}

/** Installed on all repositories of its account, so the repository only has to exist there. */
function repositoryInstallation(call: ApiCall): Reply {
  const repository = call.world.repositoryByName(call.param('owner'), call.param('repo'));
  if (!repository) throw notFound();
  return installationOfOwner(call, repository.owner.login);
}

const BEYOND = 'The permissions requested are not granted to this installation.';
const NOT_THERE =
  'There is at least one repository that does not exist or is not accessible to the parent installation.';

export function wantedPermissions(installation: Installation, asked: unknown): Permissions {
  if (asked === undefined || asked === null) return { ...installation.permissions };
  if (typeof asked !== 'object') throw unprocessable('Invalid request.\n\n"permissions" must be an object.');
  const permissions: Permissions = { metadata: 'read' };
  for (const [name, level] of Object.entries(asked)) {
    if (!isLevel(level) || !covers(installation.permissions, `${name}:${level}`)) throw unprocessable(BEYOND);
    permissions[name] = level;
  }
  return permissions;
}

export function wantedRepositories(call: ApiCall, installation: Installation, body: JsonObject): Repository[] | null {
  const { repositories: names, repository_ids: ids } = body;
  if (names === undefined && ids === undefined) return null;
  const own = call.world.repositoriesOf(installation.account);
  const byName = (name: unknown): Repository | undefined =>
    own.find((repository) => typeof name === 'string' && repository.name.toLowerCase() === name.toLowerCase());
  const byId = (id: unknown): Repository | undefined => own.find((repository) => repository.id === id);
  const found = [...(Array.isArray(names) ? names.map(byName) : []), ...(Array.isArray(ids) ? ids.map(byId) : [])];
  const known = found.filter((repository) => repository !== undefined);
  if (known.length === 0 || known.length < found.length) throw unprocessable(NOT_THERE);
  return known;
}

async function createToken(call: ApiCall): Promise<Reply> {
  const installation = installationById(call);
  const body = await call.body();
  const permissions = wantedPermissions(installation, body.permissions);
  const repositories = wantedRepositories(call, installation, body);
  const { text, token } = call.world.tokens.issue(installation, { repositories, permissions });
  return created({
    token: text,
    expires_at: new Date(token.expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'),
    permissions,
    repository_selection: repositories === null ? 'all' : 'selected',
    ...(repositories === null
      ? {}
      : { repositories: repositories.map((repository) => renderRepository(call, repository)) }),
  });
}

function revokeToken(call: ApiCall): Reply {
  if (call.actor.kind !== 'installation') throw new GitHubError(403, 'Resource not accessible by integration');
  call.actor.token.revoked = true;
  return noContent();
}

async function installationRepositories(call: ApiCall): Promise<Reply> {
  const { actor } = call;
  if (actor.kind !== 'installation') throw new GitHubError(401, 'Requires authentication');
  const repositories = [...call.world.repositories.values()].filter((repository) =>
    tokenNames(actor.token, repository),
  );
  const page = await paginate(call, repositories, (repository) => renderRepository(call, repository));
  return {
    ...page,
    body: {
      total_count: repositories.length,
      repository_selection: actor.token.repositoryIds === null ? 'all' : 'selected',
      repositories: page.body,
    },
  };
}

export const appRoutes = [
  route('GET /app', 'app', (call) => ok(renderApp(call))),
  route('GET /app/installations', 'app', (call) =>
    paginate(call, [...call.world.installations.values()], (installation) => renderInstallation(call, installation)),
  ),
  route('GET /app/installations/{installation_id}', 'app', (call) =>
    ok(renderInstallation(call, installationById(call))),
  ),
  route('POST /app/installations/{installation_id}/access_tokens', 'app', createToken),
  route('GET /apps/{app_slug}', 'none', (call) => {
    if (call.param('app_slug') !== call.world.app.slug) throw notFound();
    return ok(renderApp(call));
  }),
  route('GET /orgs/{org}/installation', 'app', (call) => installationOfOwner(call, call.param('org'))),
  route('GET /users/{username}/installation', 'app', (call) => installationOfOwner(call, call.param('username'))),
  route('GET /repos/{owner}/{repo}/installation', 'app', repositoryInstallation),
  route('GET /installation/repositories', 'installation', installationRepositories),
  route('DELETE /installation/token', 'installation', revokeToken),
];
