import type { Account, Level, Permissions, Repository } from '../world/model.js';

export type Role = 'none' | 'read' | 'write' | 'admin';

/** The people of the embedded stack in their organisations; nobody else is a member of any. */
const MEMBERS: Readonly<Record<string, Readonly<Record<string, Role>>>> = {
  acme: { alice: 'write', bob: 'write', sam: 'write', sue: 'write', carol: 'admin', dave: 'read' },
};

const ROLES: Readonly<Record<string, Role>> = {
  pull: 'read',
  triage: 'read',
  push: 'write',
  maintain: 'write',
  admin: 'admin',
};

/** A collaborator's role counts before that of a member; everybody reads what is public. */
export function roleOn(user: Account, repository: Repository): Role {
  const collaborator = repository.administration.collaborators.get(user.login);
  const role = ROLES[collaborator ?? ''] ?? MEMBERS[repository.owner.login.toLowerCase()]?.[user.login] ?? 'none';
  if (repository.owner === user) return 'admin';
  return role === 'none' && !repository.private ? 'read' : role;
}

/** Owners of an organisation; in the embedded stack who administers all that it has. */
export const isOwnerOf = (user: Account, organization: Account): boolean =>
  MEMBERS[organization.login.toLowerCase()]?.[user.login] === 'admin';

export const isMemberOf = (user: Account, organization: Account): boolean =>
  MEMBERS[organization.login.toLowerCase()]?.[user.login] !== undefined;

/** Permissions for which GitHub wants an administrator of the repository. */
const OF_ADMINS = [
  'administration',
  'environments',
  'members',
  'organization_administration',
  'repository_hooks',
  'secrets',
];
/** What whoever reads a repository writes there. */
const OF_READERS = ['issues', 'pull_requests'];

/** What both have: GitHub gives a person's token what the App may and the person may. */
export function withinRole(permissions: Permissions, role: Role): Permissions {
  if (role === 'admin') return permissions;
  if (role === 'none') return {};
  const kept = Object.entries(permissions).filter(([name]) => !OF_ADMINS.includes(name));
  const level = (name: string, has: Level): Level => (role === 'write' || OF_READERS.includes(name) ? has : 'read');
  return Object.fromEntries(kept.map(([name, has]) => [name, level(name, has)]));
}
