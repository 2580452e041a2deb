import { HoldshortError } from '@holdshort/errors';
import { readNameLists } from '../../settings.js';
import { ROLES, type Role } from '../identity.js';

export interface RoleGrant {
  group: string;
  role: Role;
}

export const isRole = (name: string): name is Role => (ROLES as readonly string[]).includes(name);

/**
 * The grants of HOLDSHORT_ROLE_GROUPS.
 * @throws HoldshortError `request_malformed` where the setting has another shape or names a role that does not exist
 */
export function readRoleGrants(setting: unknown): RoleGrant[] {
  const lists = readNameLists('HOLDSHORT_ROLE_GROUPS', setting);
  return [...lists].flatMap(([group, names]) => [...new Set(names)].map((name) => ({ group, role: toRole(name) })));
}

function toRole(name: string): Role {
  if (isRole(name)) return name;
  throw new HoldshortError('request_malformed', `HOLDSHORT_ROLE_GROUPS names the unknown role ${name}.`, {
    advice: `Roles are ${ROLES.join(', ')}.`,
  });
}
