import type { Command } from 'commander';
import type { LegalHold } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';

const line = (hold: LegalHold): string =>
  `${hold.session_id}  held by ${hold.held_by} since ${hold.held_at}: ${JSON.stringify(hold.reason)}`;

export function addHoldCommands(audit: Command, context: CliContext): void {
  audit
    .command('hold <session>')
    .description('keep the events of a session beyond retention')
    .requiredOption('--reason <text>', 'why, e.g. the number of a case; kept in the trail')
    .option('--json', 'print one JSON object')
    .addHelpText('after', "\nExample:\n  holdshort audit hold ses_3kq0 --reason 'case 7'")
    .action(async (session: string, { reason, json }: { reason: string; json?: boolean }) => {
      const hold = await context.client().call('POST /legal-holds', { body: { session_id: session, reason } });
      context.print(json, hold, () => line(hold));
    });
  audit
    .command('release <session>')
    .description('let retention apply to a held session again')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort audit release ses_3kq0')
    .action(async (session: string, { json }: { json?: boolean }) => {
      const hold = await context.client().call('DELETE /legal-holds/{session}', { path: { session } });
      context.print(json, hold, () => `${hold.session_id} is released.`);
    });
  audit
    .command('holds')
    .description('the sessions that are held')
    .option('--json', 'print one JSON object per line')
    .addHelpText('after', '\nExample:\n  holdshort audit holds')
    .action(async ({ json }: { json?: boolean }) => {
      const { items } = await context.client().call('GET /legal-holds');
      for (const hold of items) context.print(json, hold, () => line(hold));
    });
}
