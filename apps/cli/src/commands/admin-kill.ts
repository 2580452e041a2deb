import type { Command } from 'commander';
import { HoldshortError } from '@holdshort/errors';
import type { KillBody, KillSwitch } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';
import { printable, table } from '../table.js';

interface KillOptions {
  session?: string;
  workspace?: string;
  engineer?: string;
  all?: boolean;
  reason: string;
  json?: boolean;
}

const SCOPES = ['session', 'workspace', 'engineer'] as const;

/** Exactly one of the scopes. @throws HoldshortError `request_malformed` */
function orderOf(options: KillOptions): Omit<KillBody, 'reason'> {
  const named = SCOPES.flatMap((scope) => (options[scope] === undefined ? [] : [{ scope, target: options[scope] }]));
  const orders = [...named, ...(options.all === true ? [{ scope: 'all' as const }] : [])];
  const [order] = orders;
  if (order !== undefined && orders.length === 1) return order;
  throw new HoldshortError('request_malformed', 'Name exactly one of --session, --workspace, --engineer and --all.');
}

async function kill(context: CliContext, options: KillOptions): Promise<void> {
  const body = { ...orderOf(options), reason: options.reason };
  const engaged = await context.client().call('POST /kill-switches', { body });
  context.print(options.json, engaged, () => {
    const { id, scope, target, sessions_ended: ended } = engaged;
    return `Stopped: ${scope} ${printable(target)}. ${String(ended ?? 0)} sessions ended; new ones are refused until \`holdshort admin unkill ${id}\`.`;
  });
}

async function unkill(context: CliContext, id: string, json: boolean | undefined): Promise<void> {
  const lifted = await context.client().call('POST /kill-switches/{id}/lift', { path: { id } });
  context.print(json, lifted, () => `${id} is lifted. Sessions that it ended stay ended.`);
}

const row = (entry: KillSwitch): string[] => [
  entry.id,
  entry.scope,
  entry.target || '-',
  entry.engaged_by,
  entry.engaged_at,
  entry.lifted_at ?? 'in force',
  entry.reason,
];

async function list(context: CliContext, options: { all?: boolean; json?: boolean }): Promise<void> {
  const query = { state: options.all ? ('all' as const) : ('engaged' as const) };
  const { items } = await context.client().call('GET /kill-switches', { query });
  context.print(options.json, items, () =>
    items.length === 0
      ? 'Nothing is stopped.'
      : table(['KILL', 'SCOPE', 'TARGET', 'BY', 'SINCE', 'LIFTED', 'REASON'], items.map(row)),
  );
}

export function addKillCommands(admin: Command, context: CliContext): void {
  admin
    .command('kill')
    .description('stop a session, a workspace, an engineer or everything: sessions, holds and leases end')
    .option('--session <id>', 'one session')
    .option('--workspace <name>', 'every session of one workspace')
    .option('--engineer <login>', 'every session of one engineer')
    .option('--all', 'every session')
    .requiredOption('--reason <text>', 'why; shown to the engineer and the assistant')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort admin kill --engineer alice --reason "laptop was stolen"')
    .action((options: KillOptions) => kill(context, options));
  admin
    .command('unkill')
    .description('take a stop back; sessions that it ended stay ended')
    .argument('<id>', 'as `admin kills` shows it')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort admin unkill kil_1')
    .action((id: string, options: { json?: boolean }) => unkill(context, id, options.json));
  admin
    .command('kills')
    .description('what is stopped now')
    .option('--all', 'lifted ones too')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExample:\n  holdshort admin kills --all')
    .action((options: { all?: boolean; json?: boolean }) => list(context, options));
}
