import { basename } from 'node:path';
import type { Command } from 'commander';
import { childEnvironment, sessionVariables, variablesToForget } from '../child-environment.js';
import type { CliContext } from '../cli-context.js';
import { dotenvLines } from '../editor-settings.js';
import { explain } from '../exit-code.js';
import { SignalRelay } from '../signal-relay.js';
import { closeWorkSession, openWorkSession } from '../work-session.js';
import { signInAtTerminal } from './login.js';

interface SessionOptions {
  assistant?: string;
  human?: boolean;
}

async function run(context: CliContext, [file = '', ...args]: string[], options: SessionOptions): Promise<number> {
  const human = options.human === true;
  const named = options.assistant === 'auto' ? undefined : options.assistant;
  const assistant = human ? undefined : (named ?? basename(file));
  await signInAtTerminal(context);
  const relay = new SignalRelay();
  try {
    const session = await openWorkSession(context, { human, assistant, command: basename(file) });
    try {
      return relay.received ?? (await relay.runChild(file, args, childEnvironment(session.input)));
    } finally {
      await closeQuietly(context, session.opened.id);
    }
  } finally {
    relay.release();
  }
}

/** The child's exit code is what the caller asked for; a session that could not be closed is said, and ends by itself. */
async function closeQuietly(context: CliContext, id: string): Promise<void> {
  try {
    await closeWorkSession(context, id);
  } catch (thrown) {
    context.terminal.err(
      `${explain(thrown)}\nSession ${id} may still be open: end it with \`holdshort session kill ${id}\`.`,
    );
  }
}

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

export type EnvironmentOptions = SessionOptions & { json?: boolean; format?: 'shell' | 'dotenv' };

interface ShownSession {
  id: string;
  variables: Record<string, string>;
  forget: readonly string[];
}

/** What a shell evaluates. */
const shellText = ({ id, variables, forget }: ShownSession): string =>
  [
    ...forget.map((name) => `unset ${name}`),
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `# end the session with: holdshort session kill ${id}`,
  ].join('\n');

/** What docker and editors read as a file; they forget nothing of their own. */
const dotenvText = ({ id, variables }: ShownSession): string =>
  [`# end the session with: holdshort session kill ${id}`, ...dotenvLines(variables)].join('\n');

/** Opens a session that nothing here ends, and prints what a shell or a program takes over of it. */
export async function printEnvironment(context: CliContext, options: EnvironmentOptions): Promise<void> {
  const human = options.human === true;
  const { opened, input } = await openWorkSession(context, { human, assistant: options.assistant });
  const variables = sessionVariables(input);
  const forget = variablesToForget(context.env, variables);
  const shown = { id: opened.id, variables, forget };
  context.print(options.json, { session_id: opened.id, variables, unset: forget }, () =>
    options.format === 'dotenv' ? dotenvText(shown) : shellText(shown),
  );
}

/** @param exit receives the exit code that the command asks for */
export function addRunCommands(program: Command, context: CliContext, exit: (code: number) => void): void {
  program
    .command('run')
    .description('run a command in a session of its own; its GitHub traffic passes the agent')
    .argument('<command...>', 'the command and its arguments, after --')
    .option(
      '--assistant <name>',
      'which assistant works: copilot, claude, codex, ...; auto, the default, is the command',
    )
    .option('--human', 'you work yourself, no assistant')
    .passThroughOptions()
    .addHelpText(
      'after',
      '\nIts exit code is that of the command.\n\nExample:\n  holdshort run --assistant copilot -- git push',
    )
    .action(async (command: string[], options: SessionOptions) => {
      exit(await run(context, command, options));
    });
  program
    .command('env')
    .description('open a session for this shell, and print what to evaluate')
    .option('--assistant <name>', 'which assistant works, e.g. copilot')
    .option('--human', 'you work yourself, no assistant')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nThe output holds the session credential.\n\nExample:\n  eval "$(holdshort env --assistant copilot)"',
    )
    .action((options: SessionOptions & { json?: boolean }) => printEnvironment(context, options));
}
