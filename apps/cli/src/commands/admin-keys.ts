import type { Command } from 'commander';
import type { DataKey } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';
import { printable, table } from '../table.js';

const row = (key: DataKey): string[] => [
  key.id,
  key.is_current ? 'seals' : 'opens',
  printable(key.wrapped_by),
  key.created_at,
];

async function list(context: CliContext, json: boolean | undefined): Promise<void> {
  const { items } = await context.client().call('GET /keys');
  context.print(json, items, () =>
    items.length === 0
      ? 'Nothing has been sealed yet.'
      : table(['DATA KEY', 'USE', 'WRAPPED BY', 'MADE'], items.map(row)),
  );
}

async function rotate(context: CliContext, json: boolean | undefined): Promise<void> {
  const done = await context.client().call('POST /keys/rotate');
  context.print(
    json,
    done,
    () => `${done.current} seals from now on; ${String(done.rewrapped)} older keys were wrapped anew.`,
  );
}

export function addKeyCommands(admin: Command, context: CliContext): void {
  const keys = admin.command('keys').description('keys of the secrets that the control plane keeps');
  keys
    .command('list')
    .description('data keys, and what wraps them')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExample:\n  holdshort admin keys list')
    .action((options: { json?: boolean }) => list(context, options.json));
  keys
    .command('rotate')
    .description('seal with a new data key, and wrap all by the wrapping key in force')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort admin keys rotate')
    .action((options: { json?: boolean }) => rotate(context, options.json));
}
