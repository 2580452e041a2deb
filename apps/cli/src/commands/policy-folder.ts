import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { StarterName } from '@holdshort/policy';
import type { CliContext } from '../cli-context.js';
import { EXIT } from '../exit-code.js';
import { checkFolder, problemLine, type CheckedFolder } from '../policy/check-folder.js';
import { readPolicyFolder, type PolicyFolder } from '../policy/policy-folder.js';
import { writeStarter } from '../policy/write-starter.js';
import { printable } from '../table.js';

interface Output {
  json?: boolean;
}

interface StarterOptions extends Output {
  starter: StarterName;
  org?: string;
  engineers?: string;
  security?: string;
}

/** What the reader chooses between; the texts are those of the starter sets themselves. */
export const starterOption = (): Option =>
  new Option('--starter <name>', 'the set to begin with').choices(['observe-only', 'balanced', 'strict']);

export const CHOICE = `
Starter sets, from the most lenient:
  observe-only  nothing is refused; what "balanced" would have refused or held is recorded. To begin with
  balanced      assistants work on topic branches, people merge; secrets, administration and destruction refused
  strict        as balanced, but nobody pushes to protected branches, merges by assistants wait for two people`;

export const namesOf = ({ org, engineers, security }: StarterOptions) => ({
  ...(org === undefined ? {} : { organisation: org }),
  ...(engineers === undefined ? {} : { engineers }),
  ...(security === undefined ? {} : { security }),
});

async function init(context: CliContext, dir: string, options: StarterOptions): Promise<void> {
  const files = await writeStarter(resolve(context.cwd, dir), options.starter, namesOf(options));
  context.print(options.json, { folder: dir, starter: options.starter, files }, () =>
    [
      `Wrote ${files.map((file) => `${dir}/${file}`).join(', ')}.`,
      `Next: read them, then \`holdshort policy test ${dir}\`, \`holdshort policy simulate ${dir}\` and \`holdshort policy apply ${dir} --activate\`.`,
    ].join('\n'),
  );
}

/** Reads and checks the folder that a command names. */
export async function checkedFolder(
  context: CliContext,
  dir: string,
): Promise<{ folder: PolicyFolder; checked: CheckedFolder }> {
  const folder = await readPolicyFolder(resolve(context.cwd, dir), context.cwd);
  return { folder, checked: await checkFolder(folder) };
}

/** Prints what is wrong, or what is there. @returns whether the folder is sound */
function validate(context: CliContext, { set, problems }: CheckedFolder, cases: number, json?: boolean): boolean {
  const policies = set?.policies.length ?? 0;
  context.print(json, { valid: set !== undefined, version: set?.version ?? null, policies, cases, problems }, () =>
    set === undefined
      ? problems.map(problemLine).map(printable).join('\n')
      : `${set.version}: ${policies} policies, ${cases} cases; all of them can be read.`,
  );
  return set !== undefined;
}

async function test(context: CliContext, exit: (code: number) => void, dir: string, { json }: Output): Promise<void> {
  const { folder, checked } = await checkedFolder(context, dir);
  const { describeFailure } = await import('@holdshort/policy');
  if (checked.set === undefined) {
    validate(context, checked, folder.cases.size, json);
    exit(EXIT.refused);
    return;
  }
  const failed = checked.results.filter(({ passed }) => !passed);
  const placed = failed.map((result) => ({ ...result, ...folder.cases.get(result.name) }));
  const value = { version: checked.set.version, cases: checked.results.length, failed: placed };
  context.print(json, value, () =>
    [
      ...placed.map((result) => printable(`${result.file ?? ''}:${result.line ?? 1}: ${describeFailure(result)}`)),
      `${checked.results.length - failed.length} of ${checked.results.length} cases pass.`,
    ].join('\n'),
  );
  if (failed.length > 0) exit(EXIT.refused);
}

/** Commands that work on files alone; they need no control plane, so they run anywhere in CI. */
export function addPolicyFolderCommands(policy: Command, context: CliContext, exit: (code: number) => void): void {
  policy
    .command('init')
    .description('write a starter set as a folder of files')
    .argument('[folder]', 'where to', 'policy')
    .addOption(starterOption().makeOptionMandatory())
    .option('--org <name>', 'organisation on GitHub; acme where left out')
    .option('--engineers <group>', 'group of the engineers; eng where left out')
    .option('--security <group>', 'group that approves what is grave; security where left out')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `${CHOICE}\n\nExample:\n  holdshort policy init --starter balanced --org acme --engineers eng`,
    )
    .action((dir: string, options: StarterOptions) => init(context, dir, options));
  policy
    .command('validate')
    .description('whether the policies of a folder can be loaded; exit code 1 and file:line where not')
    .argument('[folder]', 'made by `policy init`', 'policy')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort policy validate policy')
    .action(async (dir: string, { json }: Output) => {
      const { folder, checked } = await checkedFolder(context, dir);
      if (!validate(context, checked, folder.cases.size, json)) exit(EXIT.refused);
    });
  policy
    .command('test')
    .description('ask the policies of a folder their cases; exit code 1 where one fails')
    .argument('[folder]', 'made by `policy init`', 'policy')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort policy test policy --json')
    .action((dir: string, options: Output) => test(context, exit, dir, options));
}
