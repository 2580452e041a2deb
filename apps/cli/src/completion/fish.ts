import type { Place } from './completion-tree.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function linesOf({ path, commands, options }: Place): string[] {
  const here = `complete -c holdshort -n ${quoted(`test "$(__holdshort_path)" = ${quoted(path)}`)}`;
  return [
    ...commands.map(({ name, description }) => `${here} -f -a ${quoted(name)} -d ${quoted(description)}`),
    ...options.map(({ flag, description, choices, takesValue }) =>
      [
        `${here} -l ${flag.replace(/^--/, '')} -d ${quoted(description)}`,
        ...(takesValue ? ['-r'] : []),
        ...(choices.length > 0 ? [`-f -a ${quoted(choices.join(' '))}`] : []),
      ].join(' '),
    ),
  ];
}

/** For fish. */
export const fishScript = (
  places: readonly Place[],
): string => `# Completion of holdshort for fish: holdshort completion fish > ~/.config/fish/completions/holdshort.fish
function __holdshort_path
  set -l path
  for word in (commandline -opc)[2..]
    if test "$word" = --
      echo --
      return
    end
    switch (string join -- ' ' $path $word)
      case ${places
        .filter(({ path }) => path !== '')
        .map(({ path }) => quoted(path))
        .join(' ')}
        set path $path $word
    end
  end
  string join -- ' ' $path
end
${places.flatMap(linesOf).join('\n')}`;
