import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { EXIT } from '../exit-code.js';

const HELP = `
Run it where the assistant works; in a session it looks at what the session's clients would do. It changes nothing.
docs/doctor.md explains each finding.

Exit codes: 0 nothing that is an error, 1 at least one error, 2 wrong usage.

Example:
  holdshort doctor
  holdshort run -- holdshort doctor --json`;

async function doctor(context: CliContext, json: boolean | undefined): Promise<number> {
  // loaded here only: no other command needs it
  const { examineAll, reportWords } = await import('../doctor/examine.js');
  const { Surroundings } = await import('../doctor/surroundings.js');
  const report = await examineAll(new Surroundings(context));
  context.print(json, report, () => reportWords(report));
  return report.ok ? EXIT.ok : EXIT.refused;
}

/** @param exit receives the exit code that the command asks for */
export function addDoctorCommand(program: Command, context: CliContext, exit: (code: number) => void): void {
  program
    .command('doctor')
    .description('what is wrong with this workspace, and what leads around the agent, with a remedy for each')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (options: { json?: boolean }) => {
      exit(await doctor(context, options.json));
    });
}
