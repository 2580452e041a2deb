import type { Command, Option } from 'commander';

/** What may follow at one place of the command line. */
export interface Place {
  /** Commands up to here, apart by spaces; empty for the program itself. */
  path: string;
  commands: { name: string; description: string }[];
  options: { flag: string; description: string; choices: readonly string[]; takesValue: boolean }[];
}

/** The first sentence, on one line: menus have one for each. */
const brief = (text: string): string => text.split(/[;:\n]/)[0]?.trim() ?? '';

const optionOf = (option: Option): Place['options'][number] => ({
  flag: option.long ?? option.flags,
  description: brief(option.description),
  choices: option.argChoices ?? [],
  takesValue: option.required || option.optional,
});

const HELP = { flag: '--help', description: 'how it is used', choices: [], takesValue: false };

/** Every place of the tree of commands, from the program down. */
export function placesOf(command: Command, path: readonly string[] = []): Place[] {
  const own: Place = {
    path: path.join(' '),
    commands: command.commands.map((sub) => ({ name: sub.name(), description: brief(sub.description()) })),
    options: [...command.options.filter(({ hidden }) => !hidden).map(optionOf), HELP],
  };
  return [own, ...command.commands.flatMap((sub) => placesOf(sub, [...path, sub.name()]))];
}
