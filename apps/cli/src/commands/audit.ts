import { setTimeout as delay } from 'node:timers/promises';
import type { AuditEvent } from '@holdshort/audit-events';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { eventLine } from '../event-line.js';
import { addArchiveCommand } from './audit-archive.js';
import { addDeadLetterCommands } from './audit-dead-letters.js';
import { addExportCommand } from './audit-export.js';
import { addFilterOptions, filterOf, type FilterOptions, type Query } from './audit-filters.js';
import { addHoldCommands } from './audit-hold.js';
import { addReconcileCommand } from './audit-reconcile.js';
import { addVerifyCommand } from './audit-verify.js';

interface SearchOptions extends FilterOptions {
  limit: string;
}

/** The most that the API gives at once. */
const PAGE = 500;

function printEvent(context: CliContext, event: AuditEvent, json: boolean | undefined): void {
  context.print(json, event, () => eventLine(event));
}

async function search(context: CliContext, options: SearchOptions): Promise<void> {
  const limit = Number(options.limit);
  let count = 0;
  const query = { ...filterOf(options), limit: Math.min(limit, PAGE) };
  for await (const event of context.client().pages('GET /audit/events', query, 'after')) {
    printEvent(context, event, options.json);
    count += 1;
    if (count >= limit) return;
  }
}

/** Following the trail reads it again and again; those reads would be all that is seen. */
const isNews = ({ type }: AuditEvent, wanted: unknown): boolean => type !== 'audit.read' || wanted === type;

/** The newest events that are not in `seen`, oldest first. */
async function newest(context: CliContext, query: Query, seen: ReadonlySet<string>): Promise<AuditEvent[]> {
  const page = await context.client().call('GET /audit/events', { query: { ...query, order: 'desc' as const } });
  return page.items.filter((event) => !seen.has(event.id) && isNews(event, query['type'])).reverse();
}

async function tail(context: CliContext, options: SearchOptions & { follow?: boolean }): Promise<void> {
  const seen = new Set<string>();
  let limit = Math.min(Number(options.limit), PAGE);
  do {
    for (const event of await newest(context, { ...filterOf(options), limit }, seen)) {
      seen.add(event.id);
      printEvent(context, event, options.json);
    }
    limit = PAGE;
    if (options.follow) await delay(1_000);
  } while (options.follow);
}

const withFilters = (command: Command, limit: string): Command =>
  addFilterOptions(command)
    .option('--limit <n>', 'at most so many', limit)
    .option('--json', 'print one JSON object per line');

export function addAuditCommands(program: Command, context: CliContext, exit: (code: number) => void): void {
  const audit = program.command('audit').description('what happened, and whether the record of it is whole');
  withFilters(audit.command('search').description('events, oldest first'), '1000')
    .addHelpText('after', '\nExample:\n  holdshort audit search --repo acme/app --decision deny')
    .action((options: SearchOptions) => search(context, options));
  withFilters(audit.command('tail').description('the newest events'), '20')
    .option('-f, --follow', 'go on printing as they come')
    .addHelpText('after', '\nExample:\n  holdshort audit tail -f')
    .action((options: SearchOptions & { follow?: boolean }) => tail(context, options));
  addVerifyCommand(audit, context, exit);
  addReconcileCommand(audit, context, exit);
  addArchiveCommand(audit, context);
  addExportCommand(audit, context);
  addHoldCommands(audit, context);
  addDeadLetterCommands(audit, context);
}
