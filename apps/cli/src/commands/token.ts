import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { ApiToken, CreateTokenBody } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';
import { table } from '../table.js';

interface CreateOptions {
  name: string;
  scope: string[];
  days: number;
  json?: boolean;
}

interface ListOptions {
  all?: boolean;
  json?: boolean;
}

function readDays(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number of days, 1 or more.');
}

async function create(context: CliContext, { name, scope: scopes, days, json }: CreateOptions): Promise<void> {
  // the control plane refuses what is no scope, and says which there are
  const body = { name, scopes, days } as CreateTokenBody;
  const made = await context.client().call('POST /tokens', { body });
  // On stderr, so that stdout can go into a file or a secret store as it is.
  if (json !== true) context.terminal.err(`Shown once. Good until ${made.expires_at}, for ${made.scopes.join(', ')}.`);
  context.print(json, made, () => made.token);
}

const isLive = ({ revoked_at, expires_at }: ApiToken): boolean =>
  revoked_at === null && Date.parse(expires_at) > Date.now();

const row = (token: ApiToken): string[] => [
  token.id,
  token.name,
  token.scopes.join(' '),
  token.last_used_at ?? 'never',
  token.revoked_at === null ? `until ${token.expires_at}` : `revoked ${token.revoked_at}`,
];

async function list(context: CliContext, options: ListOptions): Promise<void> {
  const tokens: ApiToken[] = [];
  for await (const token of context.client().pages('GET /tokens', { limit: 100 }, 'cursor'))
    if (options.all === true || isLive(token)) tokens.push(token);
  context.print(options.json, tokens, () =>
    tokens.length === 0
      ? 'You have no live token. Make one with `holdshort token create`.'
      : table(['TOKEN', 'NAME', 'SCOPES', 'LAST USED', 'GOOD'], tokens.map(row)),
  );
}

async function revoke(context: CliContext, id: string, json: boolean | undefined): Promise<void> {
  await context.client().call('DELETE /tokens/{id}', { path: { id } });
  context.print(json, { id, revoked: true }, () => `Token ${id} is revoked.`);
}

const collect = (scope: string, before: string[] = []): string[] => [...before, scope];

export function addTokenCommands(program: Command, context: CliContext): void {
  const token = program.command('token').description('personal API tokens: for scripts, with scopes and an end');
  token
    .command('create')
    .description('make a token and print it, once')
    .requiredOption('--name <text>', 'what it is for')
    .requiredOption('--scope <scope>', 'what it may do, e.g. audit:read; repeat for more', collect)
    .option('--days <n>', 'its life in days', readDays, 30)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort token create --name "nightly report" --scope audit:read --days 90')
    .action((options: CreateOptions) => create(context, options));
  token
    .command('list')
    .description('your live tokens, and when each was last used')
    .option('--all', 'revoked and expired ones too')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExample:\n  holdshort token list')
    .action((options: ListOptions) => list(context, options));
  token
    .command('revoke')
    .description('refuse a token from now on; administrators may revoke those of others')
    .argument('<id>', 'as `token list` shows it')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort token revoke tok_1')
    .action((id: string, options: { json?: boolean }) => revoke(context, id, options.json));
}
