import { INSTALLATION_PERMISSIONS } from '../access/permissions.js';
import { isMemberOf, isOwnerOf } from '../access/user-roles.js';
import { GitHubError } from '../http/github-error.js';
import type { ServerParts } from '../http/standin-server.js';
import type { Account, Permissions } from '../world/model.js';

export interface PersonalTokenBody {
  login: string;
  kind?: 'classic' | 'fine_grained';
  /** Of a classic token: `repo`, `read:audit_log`. */
  scopes?: string[];
  /** Of a fine-grained one: whose resources, what it may, and where (`owner/name`; all where absent). */
  owner?: string;
  permissions?: Permissions;
  repositories?: string[];
}

const LIFE_MS = 30 * 86_400_000;

const OF_ORGANIZATIONS = ['organization_administration', 'members'];

/** Scopes as the permissions that stand for them here: `repo` is all of a repository that its person may. */
function permissionsOfScopes(scopes: readonly string[]): Permissions {
  const ofRepositories = Object.fromEntries(
    Object.entries(INSTALLATION_PERMISSIONS).filter(([name]) => !OF_ORGANIZATIONS.includes(name)),
  );
  return {
    ...(scopes.includes('repo') ? ofRepositories : {}),
    ...(scopes.some((scope) => scope === 'read:audit_log' || scope === 'admin:org')
      ? { organization_administration: 'read' as const }
      : {}),
  };
}

const belongs = (user: Account, account: Account): boolean =>
  account === user || isMemberOf(user, account) || isOwnerOf(user, account);

/** A personal access token as its person would make one in the settings; GitHub takes it wherever the person may. */
export function issuePersonalToken({ world }: ServerParts, body: PersonalTokenBody): { token: string } {
  const { login, kind = 'classic', scopes = ['repo'], owner, repositories } = body;
  const user = world.accounts.get(login.toLowerCase());
  if (!user) throw new GitHubError(404, `There is no account ${login}`);
  const isClassic = kind === 'classic';
  const ids = repositories?.map((name) => {
    const [account = '', repo = ''] = name.split('/');
    const found = world.repositoryByName(account, repo);
    if (!found) throw new GitHubError(404, `There is no repository ${name}`);
    return found.id;
  });
  const { text } = world.tokens.issuePersonal({
    ...{ user, personal: kind, installation: null, expiresAt: Date.now() + LIFE_MS },
    scopes: isClassic ? scopes : [],
    permissions: isClassic ? permissionsOfScopes(scopes) : { metadata: 'read', ...body.permissions },
    repositoryIds: isClassic ? null : (ids ?? null),
    reaches: (account) => belongs(user, account) && (isClassic || owner === undefined || account.login === owner),
  });
  return { token: text };
}
