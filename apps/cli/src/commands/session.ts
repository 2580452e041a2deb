import { Option, type Command } from 'commander';
import type { Session } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';
import { printEnvironment, type EnvironmentOptions } from './run.js';
import { table } from '../table.js';
import { closeWorkSession } from '../work-session.js';
import { addRollbackCommand } from './session-rollback.js';
import { showTimeline, type TimelineOptions } from './session-timeline.js';

interface ListOptions {
  all?: boolean;
  limit: string;
  json?: boolean;
}

const who = (session: Session): string => (session.is_human ? '(human)' : (session.assistant ?? '-'));

const row = (session: Session): string[] => [
  session.id,
  session.human.login,
  who(session),
  session.workspace ?? '-',
  session.opened_at,
  session.ended_at ?? 'live',
];

async function list(context: CliContext, options: ListOptions): Promise<void> {
  const sessions: Session[] = [];
  const query = { state: options.all ? 'all' : 'live', limit: Math.min(Number(options.limit), 500) };
  for await (const session of context.client().pages('GET /sessions', query, 'cursor')) {
    sessions.push(session);
    if (sessions.length >= Number(options.limit)) break;
  }
  context.print(options.json, sessions, () =>
    sessions.length === 0
      ? 'No session is live. Open one with `holdshort run -- CMD`.'
      : table(['SESSION', 'ENGINEER', 'ASSISTANT', 'WORKSPACE', 'OPENED', 'ENDED'], sessions.map(row)),
  );
}

async function show(context: CliContext, id: string, json: boolean | undefined): Promise<void> {
  const session = await context.client().call('GET /sessions/{id}', { path: { id } });
  context.print(json, session, () =>
    table(['SESSION', 'ENGINEER', 'ASSISTANT', 'WORKSPACE', 'OPENED', 'ENDED'], [row(session)]),
  );
}

async function kill(context: CliContext, id: string, json: boolean | undefined): Promise<void> {
  await closeWorkSession(context, id);
  context.print(json, { id, ended: true }, () => `Session ${id} has ended; its credentials are revoked.`);
}

/** @param exit receives the exit code that a rollback asks for */
export function addSessionCommands(program: Command, context: CliContext, exit: (code: number) => void): void {
  const session = program.command('session').description('sessions: who works, with which assistant, where');
  session
    .command('list')
    .description('live sessions: your own, or all where your role allows')
    .option('--all', 'ended ones too')
    .option('--limit <n>', 'at most so many', '100')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExample:\n  holdshort session list --all --json')
    .action((options: ListOptions) => list(context, options));
  session
    .command('show')
    .description('one session, or all that happened in it')
    .argument('<id>', 'as `session list` shows it')
    .option('--timeline', 'prompts, tool calls, decisions, holds, pushes and outcomes, in order')
    .option('--only <kinds>', 'of the timeline: prompt, answer, call, read, write, hold, refused; comma-separated')
    .option('--prompts', 'with the texts of prompts that were kept; each read is recorded')
    .option('--html <file>', 'write the timeline as a page that needs nothing else')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort session show ses_1 --timeline')
    .action((id: string, options: TimelineOptions & { timeline?: boolean }) =>
      options.timeline || options.html !== undefined
        ? showTimeline(context, id, options)
        : show(context, id, options.json),
    );
  session
    .command('start')
    .description('open a session that lasts until it is ended; for shells, editors and containers')
    .option('--export', 'print what a shell evaluates')
    .addOption(
      new Option('--format <format>', 'shell, what a shell evaluates; dotenv, NAME=value lines for docker and editors')
        .choices(['shell', 'dotenv'])
        .default('shell'),
    )
    .option('--assistant <name>', 'which assistant works, e.g. copilot')
    .option('--human', 'you work yourself, no assistant')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nThe output holds the session credential.\n\nExample:\n  eval "$(holdshort session start --export --assistant copilot)"\n  holdshort session start --format dotenv --assistant copilot > session.env',
    )
    .action((options: EnvironmentOptions) => printEnvironment(context, options));
  session
    .command('kill')
    .description('end a session: its credential and its leases stop working')
    .argument('<id>', 'as `session list` shows it')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort session kill ses_1')
    .action((id: string, options: { json?: boolean }) => kill(context, id, options.json));
  addRollbackCommand(session, context, exit);
}
