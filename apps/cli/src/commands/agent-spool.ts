import type { Command } from 'commander';
import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import type { CliContext } from '../cli-context.js';
import { EXIT } from '../exit-code.js';
import { spoolJson, spoolWords } from '../spool/spool-words.js';

const HELP = `
Reads only, and takes no lock: the agent may run meanwhile. A control plane's spool is read in the same way.

Exit codes: 0 whole, 1 some bytes are no record (the place is named), 2 the folder is no spool.

Example:
  holdshort agent spool /var/lib/holdshort-agent/spool
  holdshort agent spool /var/lib/holdshort-agent --json`;

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** The folder, or the spool in it where it is an agent's state folder. */
async function spoolIn(folder: string): Promise<string> {
  const inner = join(folder, 'spool');
  return (await isFolder(inner)) ? inner : folder;
}

async function show(context: CliContext, folder: string, json: boolean | undefined): Promise<number> {
  // loaded here only: no other command needs it
  const { inspectSpool } = await import('@holdshort/audit-publisher');
  const dir = await spoolIn(folder);
  const report = await inspectSpool(dir);
  if (!report) {
    const problem = `${folder} is no folder of a spool.`;
    if (json === true) context.print(true, { problem }, String);
    else context.terminal.err(`holdshort: ${problem}\nName the agent's state folder, or the folder \`spool\` in it.`);
    return EXIT.usage;
  }
  const now = Date.now();
  context.print(json, spoolJson(dir, report, now), () => spoolWords(dir, report, now));
  return report.damaged ? EXIT.refused : EXIT.ok;
}

export function addAgentSpoolCommand(agent: Command, context: CliContext, exit: (code: number) => void): void {
  agent
    .command('spool')
    .description('what lies in the audit spool of an agent: segments, chains, what is not delivered, what is damaged')
    .argument('<folder>', "the agent's state folder, or the folder `spool` in it")
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (folder: string, options: { json?: boolean }) => {
      exit(await show(context, folder, options.json));
    });
}
