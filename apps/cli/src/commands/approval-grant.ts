import type { Command } from 'commander';
import type { Grant } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';
import { readDuration } from '../duration.js';
import { printable, table } from '../table.js';

interface GrantOptions {
  session?: string;
  engineer?: string;
  action: string[];
  repo: string;
  ref?: string;
  gate: string[];
  for: string;
  reason: string;
  json?: boolean;
}

/** `release/*` means branches, as git's own short names do. */
const fullRef = (ref: string): string => (ref.startsWith('refs/') ? ref : `refs/heads/${ref}`);

async function give(context: CliContext, options: GrantOptions): Promise<void> {
  const { session, engineer, action, repo, ref, gate, reason } = options;
  const given = await context.client().call('POST /grants', {
    body: {
      ...(session === undefined ? {} : { session_id: session }),
      ...(engineer === undefined ? {} : { engineer }),
      ...(ref === undefined ? {} : { ref: fullRef(ref) }),
      ...{ actions: action, repo, gates: gate, reason, seconds: readDuration(options.for) },
    },
  });
  context.print(
    options.json,
    given,
    () =>
      `${given.id}: ${printable(given.engineer)} until ${given.expires_at}. Take it back with: holdshort approval revoke ${given.id}`,
  );
}

const row = (grant: Grant): string[] => [
  grant.id,
  grant.session_id ?? grant.engineer,
  `${grant.actions.join(' ')} ${grant.repo} ${grant.ref ?? ''}`.trimEnd(),
  grant.gates.join(' '),
  grant.granted_by,
  grant.revoked_at === null ? `until ${grant.expires_at}` : `taken back by ${grant.revoked_by ?? '-'}`,
  String(grant.uses),
];

async function list(context: CliContext, options: { all?: boolean; json?: boolean }): Promise<void> {
  const query = { state: options.all ? ('all' as const) : ('live' as const) };
  const { items } = await context.client().call('GET /grants', { query });
  context.print(options.json, items, () =>
    items.length === 0
      ? 'No grant is in force.'
      : table(['GRANT', 'FOR', 'WHAT', 'GATES', 'BY', 'LASTS', 'USES'], items.map(row)),
  );
}

async function takeBack(context: CliContext, id: string, json: boolean | undefined): Promise<void> {
  const grant = await context.client().call('DELETE /grants/{id}', { path: { id } });
  context.print(json, grant, () => `${id} is taken back.`);
}

export function addGrantCommands(approval: Command, context: CliContext): void {
  approval
    .command('grant')
    .description('answer holds of one kind beforehand, for a while; never opens what policy plainly forbids')
    .option('--session <id>', 'for one session')
    .option('--engineer <login>', 'for every session of one engineer')
    .option('--action <intent...>', 'see docs/reference/operations.md; a push by default', ['ref.create', 'ref.update'])
    .requiredOption('--repo <owner/name>', 'the repository')
    .option('--ref <pattern>', 'refs that it covers: release/* are branches, ** crosses slashes')
    .requiredOption('--gate <name...>', 'gates that it opens, as `approval show` names them')
    .requiredOption('--for <duration>', 'how long: 30m, 2h')
    .requiredOption('--reason <text>', 'why')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  holdshort approval grant --session ses_1 --repo acme/app --ref "release/*" --gate workflow-change --for 2h --reason "release day"',
    )
    .action((options: GrantOptions) => give(context, options));
  approval
    .command('grants')
    .description('grants in force')
    .option('--all', 'those that are over too')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExample:\n  holdshort approval grants --all')
    .action((options: { all?: boolean; json?: boolean }) => list(context, options));
  approval
    .command('revoke')
    .description('take a grant back')
    .argument('<id>', 'as `approval grants` shows it')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort approval revoke grt_1')
    .action((id: string, options: { json?: boolean }) => takeBack(context, id, options.json));
}
