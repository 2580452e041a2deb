import { setTimeout as delay } from 'node:timers/promises';
import { verifyChain, verifyOutcomes, type AuditEvent } from '@holdshort/audit-events';
import type { Command } from 'commander';
import type { Page } from '../api-types.js';
import type { CliContext } from '../cli-context.js';
import type { Query } from '../control-plane-client.js';
import { eventLine } from '../event-line.js';
import { EXIT } from '../exit-code.js';

interface FilterOptions {
  session?: string;
  repo?: string;
  ref?: string;
  decision?: string;
  type?: string;
  human?: string;
  since?: string;
  limit: string;
  json?: boolean;
}

/** The most that the API gives at once. */
const PAGE = 500;

const filterOf = (options: FilterOptions): Query => ({
  session_id: options.session,
  repo: options.repo,
  ref: options.ref,
  decision: options.decision,
  type: options.type,
  human: options.human,
  since: options.since,
});

function printEvent(context: CliContext, event: AuditEvent, json: boolean | undefined): void {
  context.print(json, event, () => eventLine(event));
}

async function search(context: CliContext, options: FilterOptions): Promise<void> {
  const limit = Number(options.limit);
  let count = 0;
  const query = { ...filterOf(options), limit: Math.min(limit, PAGE) };
  for await (const event of context.client().pages<AuditEvent>('/audit/events', query, 'after')) {
    printEvent(context, event, options.json);
    count += 1;
    if (count >= limit) return;
  }
}

/** The newest events that are not in `seen`, oldest first. */
async function newest(context: CliContext, query: Query, seen: ReadonlySet<string>): Promise<AuditEvent[]> {
  const page = await context.client().get<Page<AuditEvent>>('/audit/events', { ...query, order: 'desc' });
  return page.items.filter((event) => !seen.has(event.id)).reverse();
}

async function tail(context: CliContext, options: FilterOptions & { follow?: boolean }): Promise<void> {
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

/** Reads all events once, and keeps only what the checks need. */
async function verify(context: CliContext, options: { json?: boolean; since?: string }): Promise<number> {
  const events: AuditEvent[] = [];
  const query = { limit: PAGE, since: options.since };
  for await (const event of context.client().pages<AuditEvent>('/audit/events', query, 'after')) events.push(event);
  const chains = await verifyChain(events, { partialStart: options.since !== undefined, redeliveries: true });
  const outcomes = await verifyOutcomes(events);
  const code = !chains.ok ? EXIT.refused : outcomes.ok ? EXIT.ok : EXIT.usage;
  const result = chains.ok
    ? { chains: 'whole', events: chains.events, number_of_chains: chains.chains.size, outcomes }
    : { chains: 'broken', events: chains.events, broken: chains.broken, outcomes };
  context.print(options.json, result, () =>
    [
      chains.ok
        ? `${chains.events} events in ${chains.chains.size} chains: whole.`
        : `Broken: ${chains.broken.message} (event ${chains.broken.id}).`,
      `${outcomes.attempts} attempts, ${outcomes.outcomes} outcomes${outcomes.ok ? ', each attempt has its outcome.' : ':'}`,
      ...outcomes.problems.map(
        (problem) =>
          `  ${problem.kind}: call ${problem.correlation_id} of ${problem.agent_id}, event ${problem.event_id}`,
      ),
    ].join('\n'),
  );
  return code;
}

const withFilters = (command: Command, limit: string): Command =>
  command
    .option('--session <id>', 'of this session')
    .option('--repo <owner/name>', 'on this repository')
    .option('--ref <ref>', 'on this ref, e.g. refs/heads/main')
    .option('--decision <effect>', 'allow, deny or hold')
    .option('--type <type>', 'of this type, e.g. call.write')
    .option('--human <login>', 'of this engineer')
    .option('--since <time>', 'from this time on, e.g. 2026-01-31T00:00:00Z')
    .option('--limit <n>', 'at most so many', limit)
    .option('--json', 'print one JSON object per line');

export function addAuditCommands(program: Command, context: CliContext, exit: (code: number) => void): void {
  const audit = program.command('audit').description('what happened, and whether the record of it is whole');
  withFilters(audit.command('search').description('events, oldest first'), '1000')
    .addHelpText('after', '\nExample:\n  holdshort audit search --repo acme/app --decision deny')
    .action((options: FilterOptions) => search(context, options));
  withFilters(audit.command('tail').description('the newest events'), '20')
    .option('-f, --follow', 'go on printing as they come')
    .addHelpText('after', '\nExample:\n  holdshort audit tail -f')
    .action((options: FilterOptions & { follow?: boolean }) => tail(context, options));
  audit
    .command('verify')
    .description('check every chain and that each attempt has its outcome')
    .option('--since <time>', 'from this time on')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit codes: 0 whole, 1 broken, 2 incomplete.\n\nExample:\n  holdshort audit verify')
    .action(async (options: { json?: boolean; since?: string }) => {
      exit(await verify(context, options));
    });
}
