import { HoldshortError } from '@holdshort/errors';
import { readNameLists } from '../settings.js';
import { ROLES, type Role } from './identity.js';

const isRole = (name: string): name is Role => (ROLES as readonly string[]).includes(name);

/** Which roles a person's groups give; groups without an entry give none. */
export class RoleMap {
  private readonly rolesOfGroup: ReadonlyMap<string, readonly Role[]>;

  /** @throws HoldshortError `request_malformed` where the setting names a role that does not exist. */
  constructor(setting: unknown) {
    const lists = readNameLists('HOLDSHORT_ROLE_GROUPS', setting);
    this.rolesOfGroup = new Map([...lists].map(([group, names]) => [group, names.map(toRole)]));
  }

  rolesOf(groups: readonly string[]): ReadonlySet<Role> {
    return new Set(groups.flatMap((group) => this.rolesOfGroup.get(group) ?? []));
  }
}

function toRole(name: string): Role {
  if (isRole(name)) return name;
  throw new HoldshortError('request_malformed', `HOLDSHORT_ROLE_GROUPS names the unknown role ${name}.`, {
    advice: `Roles are ${ROLES.join(', ')}.`,
  });
}
