import { Argument, type Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { bashScript } from '../completion/bash.js';
import { placesOf, type Place } from '../completion/completion-tree.js';
import { fishScript } from '../completion/fish.js';
import { zshScript } from '../completion/zsh.js';

const SCRIPTS: Record<string, (places: readonly Place[]) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const HELP = `
Example:
  holdshort completion bash > /etc/bash_completion.d/holdshort
  source <(holdshort completion bash)`;

function print(program: Command, context: CliContext, shell: string, json: boolean | undefined): void {
  const script = SCRIPTS[shell]?.(placesOf(program)) ?? '';
  context.print(json, { shell, script }, () => script);
}

export function addCompletionCommand(program: Command, context: CliContext): void {
  program
    .command('completion')
    .description('a script that completes commands and options of holdshort in your shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((shell: string, options: { json?: boolean }) => {
      print(program, context, shell, options.json);
    });
}
