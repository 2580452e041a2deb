import type { Command } from 'commander';
import type { SetRolesBody } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';
import { table } from '../table.js';

async function list(context: CliContext, json: boolean | undefined): Promise<void> {
  const { items } = await context.client().call('GET /roles');
  context.print(json, items, () =>
    table(
      ['GROUP', 'ROLES'],
      items.map(({ group, roles }) => [group, roles.join(' ')]),
    ),
  );
}

async function set(context: CliContext, group: string, roles: string[], json: boolean | undefined): Promise<void> {
  // the control plane refuses what is no role, and says which there are
  const body = { roles } as SetRolesBody;
  await context.client().call('PUT /roles/{group}', { path: { group }, body });
  context.print(json, { group, roles }, () =>
    roles.length === 0 ? `Group ${group} gives no role.` : `Group ${group} gives ${roles.join(', ')}.`,
  );
}

export function addRoleCommands(admin: Command, context: CliContext): void {
  const role = admin.command('role').description('which roles the groups of the identity provider give');
  role
    .command('list')
    .description('every group that gives a role')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExample:\n  holdshort admin role list')
    .action((options: { json?: boolean }) => list(context, options.json));
  role
    .command('set')
    .description('give a group exactly these roles; without any, it gives none')
    .argument('<group>', 'as the identity provider names it')
    .argument('[roles...]', 'engineer, approver, auditor, policy_editor, admin')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort admin role set security approver auditor')
    .action((group: string, roles: string[], options: { json?: boolean }) => set(context, group, roles, options.json));
}
