import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type EntityManager } from 'typeorm';
import { ControlPlaneAudit } from '../../audit/control-plane-audit.js';
import { CLOCK, type Clock } from '../../clock.js';
import { SETTINGS, type ControlPlaneSettings } from '../../settings.js';
import type { Identity, Role } from '../identity.js';
import { BREAK_GLASS_IDP } from '../break-glass/break-glass-idp.js';
import { readRoleGrants, type RoleGrant } from './read-role-grants.js';

/** Any constant; replicas that seed at the same time do so one after the other. */
const SEED_LOCK = 7400_0002;

/** Which roles a group gives. Kept in the database, so that a change counts on all replicas at the next call. */
@Injectable()
export class RoleGrantsService implements OnApplicationBootstrap {
  private readonly seed: RoleGrant[];

  constructor(
    private readonly database: DataSource,
    private readonly audit: ControlPlaneAudit,
    @Inject(SETTINGS) settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.seed = readRoleGrants(settings.roleGroups);
  }

  /** The first start takes the grants of the setting; later ones keep what administrators have made of them. */
  async onApplicationBootstrap(): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [SEED_LOCK]);
      const [{ exists } = { exists: false }] = await manager.query<{ exists: boolean }[]>(
        'SELECT EXISTS (SELECT 1 FROM holdshort.role_grants) AS exists',
      );
      if (exists) return;
      for (const { group, role } of this.seed) await this.insert(manager, group, role, 'HOLDSHORT_ROLE_GROUPS');
    });
  }

  /** All groups with their roles, by name. */
  async list(): Promise<{ group: string; roles: Role[] }[]> {
    return this.database.query(
      `SELECT group_name AS "group", array_agg(role ORDER BY role) AS roles FROM holdshort.role_grants
       GROUP BY group_name ORDER BY group_name`,
    );
  }

  /**
   * Gives a group exactly these roles.
   * @throws HoldshortError `not_authorized` where the caller would gain a role, `conflict` where nobody would stay administrator
   */
  async set(caller: Identity, group: string, roles: readonly Role[], correlationId: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.query('LOCK TABLE holdshort.role_grants IN EXCLUSIVE MODE');
      const before = await rolesOfGroups(manager, [group]);
      await manager.query('DELETE FROM holdshort.role_grants WHERE group_name = $1', [group]);
      for (const role of roles) await this.insert(manager, group, role, caller.login);
      await refuseSelfElevation(manager, caller);
      await refuseWithoutAdmin(manager, caller);
      await this.audit.record({
        type: 'auth.roles_changed',
        correlation_id: correlationId,
        human: caller,
        outcome: 'success',
        detail: { group, before: before.join(' '), after: [...roles].sort().join(' ') },
      });
    });
  }

  private async insert(manager: EntityManager, group: string, role: Role, by: string): Promise<void> {
    await manager.query(
      `INSERT INTO holdshort.role_grants (group_name, role, granted_by, granted_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [group, role, by, this.now()],
    );
  }
}

async function rolesOfGroups(manager: EntityManager, groups: readonly string[]): Promise<Role[]> {
  const rows = await manager.query<{ role: Role }[]>(
    'SELECT DISTINCT role FROM holdshort.role_grants WHERE group_name = ANY($1) ORDER BY role',
    [groups],
  );
  return rows.map(({ role }) => role);
}

/** Whoever hands out rights does not take any: an administrator who approves needs another administrator for it. */
async function refuseSelfElevation(manager: EntityManager, caller: Identity): Promise<void> {
  const gained = (await rolesOfGroups(manager, caller.groups)).filter((role) => !caller.roles.has(role));
  if (gained.length === 0) return;
  throw new HoldshortError('not_authorized', `This would make you ${gained.join(' and ')} yourself.`, {
    advice: 'Ask another administrator, who is not in that group, to make the change.',
  });
}

/** Somebody who can sign in must stay administrator: the caller, or, after a break-glass sign-in, anyone known. */
async function refuseWithoutAdmin(manager: EntityManager, caller: Identity): Promise<void> {
  if (caller.idp !== BREAK_GLASS_IDP && (await rolesOfGroups(manager, caller.groups)).includes('admin')) return;
  const [{ left } = { left: false }] = await manager.query<{ left: boolean }[]>(
    `SELECT EXISTS (SELECT 1 FROM holdshort.role_grants g JOIN holdshort.people p ON g.group_name = ANY(p.groups)
       WHERE g.role = 'admin' AND p.ended_at IS NULL AND p.idp <> $1)
     OR ($2 AND EXISTS (SELECT 1 FROM holdshort.role_grants WHERE role = 'admin')) AS left`,
    [BREAK_GLASS_IDP, caller.idp === BREAK_GLASS_IDP],
  );
  if (left) return;
  throw new HoldshortError('conflict', 'Nobody would be administrator any more.', {
    advice: 'Give the role admin to another group first, and have one of its members sign in.',
  });
}
