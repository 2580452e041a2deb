import type { ModelScript } from '../copilot/model-script.js';
import { GitHubError } from '../http/github-error.js';
import type { ServerParts } from '../http/standin-server.js';
import { fullName, type Level, type Repository } from '../world/model.js';
import { issuePersonalToken, type PersonalTokenBody } from './personal-tokens.js';
import { historyOf } from '../world/seed.js';
import { afterPush } from '../world/pull-state.js';

interface ControlCall {
  names: string[];
  query: URLSearchParams;
  body: unknown;
}

type ControlRoute = [pattern: RegExp, run: (parts: ServerParts, call: ControlCall) => unknown];

interface NewRepositoryBody {
  owner: string;
  name: string;
  private?: boolean;
  /** Text by path, the first commit of the default branch. */
  files?: Record<string, string>;
  /** Further branches at the same commit. */
  branches?: string[];
  /** Protected branches; `enforced` ones take no direct push. */
  protected?: string[];
  enforced?: boolean;
}

interface FaultBody {
  match: string;
  status?: number;
  /** With `status`: what the answer says, as a rate limit's Retry-After; header names in lower case. */
  headers?: Record<string, string>;
  body?: unknown;
  delay_ms?: number;
  drop?: boolean;
  lose_answer?: boolean;
  times?: number;
}

function findRepository(parts: ServerParts, [owner = '', name = '']: string[]): Repository {
  const repository = parts.world.repositoryByName(owner, name);
  if (!repository) throw new GitHubError(404, `There is no repository ${owner}/${name}`);
  return repository;
}

const describe = (repository: Repository): Record<string, unknown> => ({
  id: repository.id,
  full_name: fullName(repository),
  private: repository.private,
  default_branch: repository.defaultBranch,
});

async function createRepository(parts: ServerParts, body: NewRepositoryBody): Promise<unknown> {
  const { owner, name } = body;
  if (!owner || !name) throw new GitHubError(422, 'owner and name are needed');
  if (parts.world.repositoryByName(owner, name)) throw new GitHubError(422, `${owner}/${name} exists already`);
  const commits = body.files ? historyOf('main', [['alice', 'First commit', body.files]]) : [];
  const repository = await parts.world.createRepository({ owner, name, private: body.private ?? true }, commits);
  for (const branch of body.branches ?? []) await repository.git.run(['branch', branch, 'main']);
  for (const branch of body.protected ?? [])
    repository.protection.set(branch, { enforced: body.enforced ?? false, settings: {} });
  return describe(repository);
}

async function importRepository(parts: ServerParts, call: ControlCall): Promise<unknown> {
  const { path } = call.body as { path: string };
  const [owner = '', name = ''] = call.names;
  const known = parts.world.repositoryByName(owner, name);
  const repository = known ?? (await parts.world.createRepository({ owner, name, private: true }));
  await parts.world.importRepository(repository, path);
  await afterPush(parts.world, repository);
  return describe(repository);
}

function addFault(parts: ServerParts, body: FaultBody): unknown {
  parts.faults.add({
    match: new RegExp(body.match),
    status: body.status,
    headers: body.headers,
    body: body.body,
    delayMs: body.delay_ms,
    drop: body.drop,
    loseAnswer: body.lose_answer,
    times: body.times ?? 1,
  });
  return { ok: true };
}

function install(parts: ServerParts, { account: login }: { account?: string }): unknown {
  if (!login) throw new GitHubError(422, 'account is needed');
  const account = parts.world.account(login, 'Organization');
  const { id } = parts.world.installationOf(account) ?? parts.world.install(account);
  return { id, account: account.login };
}

/** Who says yes to the App from now on without a page; `deny` says no; without either the pages ask again. */
function consent(parts: ServerParts, { login, deny }: { login?: string; deny?: boolean }): unknown {
  const user = login === undefined ? undefined : parts.world.accounts.get(login.toLowerCase());
  if (login !== undefined && !user) throw new GitHubError(404, `There is no account ${login}`);
  parts.world.authorizations.consents = deny === true ? null : user;
  return { login: user?.login ?? null };
}

/** What an owner grants the App from now on; `null` takes a permission away. */
function grant(parts: ServerParts, [login = '']: string[], changes: Record<string, Level | null>): unknown {
  const account = parts.world.accounts.get(login.toLowerCase());
  const installation = account && parts.world.installationOf(account);
  if (!installation) throw new GitHubError(404, `The App is not installed on ${login}`);
  const permissions = Object.entries({ ...installation.permissions, ...changes });
  installation.permissions = Object.fromEntries(permissions.filter((entry): entry is [string, Level] => !!entry[1]));
  return installation.permissions;
}

function uninstall(parts: ServerParts, [login = '']: string[]): unknown {
  const account = parts.world.accounts.get(login.toLowerCase());
  if (!account) throw new GitHubError(404, `There is no account ${login}`);
  parts.world.uninstall(account);
  return { ok: true };
}

/** The audit log since the last time, as one file of GitHub's stream. */
function streamAudit(parts: ServerParts, { folder, again }: { folder?: string; again?: number }): unknown {
  if (!folder) throw new GitHubError(422, 'folder is needed');
  return { file: parts.world.audit.streamTo(folder, again) };
}

async function listRefs(parts: ServerParts, call: ControlCall): Promise<unknown> {
  const refs = await findRepository(parts, call.names).git.refs('refs/');
  return Object.fromEntries(refs.map(({ ref, id }) => [ref, id]));
}

function listTokens(parts: ServerParts): unknown {
  const nameOf = (id: number): string => {
    const repository = parts.world.repositories.get(id);
    return repository ? fullName(repository) : String(id);
  };
  return parts.world.tokens.all().map((token) => ({
    sha256: token.sha256,
    kind: token.personal ? 'personal' : token.user ? (token.installation ? 'scoped' : 'user') : 'installation',
    user: token.user?.login ?? null,
    repositories: token.repositoryIds?.map(nameOf) ?? null,
    permissions: token.permissions,
    issued_at: token.issuedAt,
    expires_at: new Date(token.expiresAt).toISOString(),
    revoked: token.revoked,
  }));
}

/** Method and path of every control call. */
export const CONTROL_ROUTES: readonly ControlRoute[] = [
  [/^GET \/health$/, () => ({ status: 'ok' })],
  [/^POST \/repos$/, (parts, { body }) => createRepository(parts, body as NewRepositoryBody)],
  [/^POST \/repos\/([^/]+)\/([^/]+)\/import$/, importRepository],
  [/^GET \/requests$/, (parts, { query }) => parts.log.since(Number(query.get('since') ?? 0))],
  [/^GET \/refs\/([^/]+)\/([^/]+)$/, listRefs],
  [/^POST \/faults$/, (parts, { body }) => addFault(parts, body as FaultBody)],
  [
    /^DELETE \/faults$/,
    (parts) => {
      parts.faults.clear();
      return { ok: true };
    },
  ],
  [
    /^POST \/model-scripts$/,
    (parts, { body }) => {
      parts.world.models.add(body as ModelScript);
      return { ok: true };
    },
  ],
  [/^GET \/tokens$/, listTokens],
  [/^POST \/installations$/, (parts, { body }) => install(parts, body as { account?: string })],
  [/^POST \/personal-tokens$/, (parts, { body }) => issuePersonalToken(parts, body as PersonalTokenBody)],
  [
    /^POST \/capture$/,
    (parts, { body }) => {
      parts.capture.turn((body as { on?: boolean }).on === true);
      return { ok: true };
    },
  ],
  [/^GET \/captured$/, (parts) => parts.capture.tokens],
  [/^POST \/audit-stream$/, (parts, { body }) => streamAudit(parts, body as { folder?: string; again?: number })],
  [/^POST \/consent$/, (parts, { body }) => consent(parts, body as { login?: string; deny?: boolean })],
  [
    /^PATCH \/installations\/([^/]+)\/permissions$/,
    (parts, { names, body }) => grant(parts, names, body as Record<string, Level | null>),
  ],
  [/^DELETE \/installations\/([^/]+)$/, (parts, { names }) => uninstall(parts, names)],
];
