import { Command, CommanderError } from 'commander';
import { CliContext, type Terminal } from './cli-context.js';
import { addAdminCommands } from './commands/admin.js';
import { addLocalAgentCommands } from './commands/agent.js';
import { addApprovalCommands } from './commands/approval.js';
import { addAttestCommands } from './commands/attest.js';
import { addAuditCommands } from './commands/audit.js';
import { addCommitCommands } from './commands/commit.js';
import { addCompletionCommand } from './commands/completion.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addGithubCommands } from './commands/github.js';
import { addLoginCommands } from './commands/login.js';
import { addOperationCommands } from './commands/operation.js';
import { addPolicyCommands } from './commands/policy.js';
import { addRunCommands } from './commands/run.js';
import { addSessionCommands } from './commands/session.js';
import { addTokenCommands } from './commands/token.js';
import { EXIT, explain } from './exit-code.js';

export interface CliInput {
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
}

/** Sub-commands take over these settings only if they are made before them. */
function createProgram(terminal: Terminal): Command {
  return new Command('holdshort')
    .description('Access gateway and audit trail for AI coding assistants on GitHub')
    .version('0.1.0')
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for usage)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.out(text.trimEnd());
      },
      writeErr: (text) => {
        terminal.err(text.trimEnd());
      },
    });
}

/** All commands. @param exit receives the exit code that a command asks for */
export function buildProgram(context: CliContext, exit: (code: number) => void): Command {
  const program = createProgram(context.terminal);
  addLoginCommands(program, context);
  addGithubCommands(program, context);
  addRunCommands(program, context, exit);
  addDoctorCommand(program, context, exit);
  addSessionCommands(program, context, exit);
  addCommitCommands(program, context);
  addTokenCommands(program, context);
  addApprovalCommands(program, context);
  addAuditCommands(program, context, exit);
  addLocalAgentCommands(program, context, exit);
  addAttestCommands(program, context, exit);
  addOperationCommands(program, context, exit);
  addPolicyCommands(program, context, exit);
  addAdminCommands(program, context, exit);
  addCompletionCommand(program, context);
  return program;
}

/** Runs one command line. @returns its exit code */
export async function runCli({ args, env, cwd, terminal }: CliInput): Promise<number> {
  let code: number = EXIT.ok;
  const exit = (asked: number): void => {
    code = asked;
  };
  try {
    await buildProgram(new CliContext(env, cwd, terminal), exit).parseAsync([...args], { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
    terminal.err(explain(thrown));
    return EXIT.refused;
  }
}
