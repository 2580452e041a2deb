import type { Command } from 'commander';
import type { DeadLetter } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';

const line = (letter: DeadLetter): string => {
  const { id, arrived_at: at, reason, source, topic, partition, kafka_offset: offset, bytes } = letter;
  const place = topic === null ? source : `${topic}/${String(partition)}@${String(offset)}`;
  const replay = letter.replay_result === null ? '' : `; replayed: ${letter.replay_result}`;
  return `${id}  ${at}  ${place}  ${bytes} bytes  ${reason}${replay}`;
};

export function addDeadLetterCommands(audit: Command, context: CliContext): void {
  const letters = audit.command('dead-letters').description('records that could not be stored as events');
  letters
    .command('list')
    .description('the newest, with reason and position')
    .option('--json', 'print one JSON object per line')
    .addHelpText('after', '\nExample:\n  holdshort audit dead-letters list')
    .action(async ({ json }: { json?: boolean }) => {
      const { items } = await context.client().call('GET /dead-letters');
      for (const letter of items) context.print(json, letter, () => line(letter));
    });
  letters
    .command('replay [ids...]')
    .description('let the ingest try them again, as they came; without ids all that were never stored')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort audit dead-letters replay 17 18')
    .action(async (ids: string[], { json }: { json?: boolean }) => {
      const body = ids.length === 0 ? {} : { ids };
      const answer = await context.client().call('POST /dead-letters/replay', { body });
      context.print(json, answer, () => `${answer.wanted} will be tried; see \`holdshort audit dead-letters list\`.`);
    });
}
