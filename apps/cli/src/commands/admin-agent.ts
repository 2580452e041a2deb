import type { Command } from 'commander';
import type { Agent } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';
import { table } from '../table.js';

const row = (agent: Agent): string[] => [
  agent.id,
  agent.workspace,
  agent.host,
  agent.version,
  agent.last_seen ?? 'never',
  agent.revoked_at === null ? `until ${agent.certificate_expires}` : `revoked ${agent.revoked_at}`,
];

async function list(context: CliContext, json: boolean | undefined): Promise<void> {
  const { items } = await context.client().call('GET /agents');
  context.print(json, items, () =>
    items.length === 0
      ? 'No agent is enrolled.'
      : table(['AGENT', 'WORKSPACE', 'HOST', 'VERSION', 'LAST SEEN', 'CERTIFICATE'], items.map(row)),
  );
}

async function revoke(context: CliContext, id: string, options: { reason: string; json?: boolean }): Promise<void> {
  const answer = await context
    .client()
    .call('POST /agents/{id}/revoke', { path: { id }, body: { reason: options.reason } });
  context.print(options.json, answer, () => `Agent ${id} is revoked; its sessions have ended.`);
}

async function createToken(context: CliContext, options: { workspace: string; json?: boolean }): Promise<void> {
  const body = { workspace: options.workspace };
  const made = await context.client().call('POST /agents/join-tokens', { body });
  context.print(options.json, made, () => made.token);
}

export function addAgentCommands(admin: Command, context: CliContext): void {
  const agent = admin.command('agent').description('agents of workspaces');
  agent
    .command('list')
    .description('every agent: workspace, host, version, when it was last seen')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExample:\n  holdshort admin agent list')
    .action((options: { json?: boolean }) => list(context, options.json));
  agent
    .command('revoke')
    .description('refuse an agent from now on; its streams are cut, its sessions end')
    .argument('<id>', 'as `admin agent list` shows it')
    .requiredOption('--reason <text>', 'why')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort admin agent revoke agt_1 --reason "workspace is gone"')
    .action((id: string, options: { reason: string; json?: boolean }) => revoke(context, id, options));
  agent
    .command('token')
    .description('a join token: brings one agent in, within 15 minutes')
    .requiredOption('--workspace <name>', 'name of the workspace that the agent will serve')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort admin agent token --workspace alice-laptop > join-token')
    .action((options: { workspace: string; json?: boolean }) => createToken(context, options));
}
