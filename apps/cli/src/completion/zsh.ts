import type { Place } from './completion-tree.js';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const described = (name: string, description: string): string =>
  quoted(`${name.replaceAll(':', '\\:')}:${description.replaceAll('\n', ' ')}`);

const entries = ({ commands, options }: Place): string =>
  [
    ...commands.map(({ name, description }) => described(name, description)),
    ...options.map(({ flag, description }) => described(flag, description)),
  ].join(' ');

const choices = (place: Place): string[] =>
  place.options
    .filter((option) => option.choices.length > 0)
    .map(
      (option) => `    ${quoted(`${place.path}|${option.flag}`)}) entries=(${option.choices.map(quoted).join(' ')}) ;;`,
    );

/** For zsh; files are offered where nothing else fits. */
export const zshScript = (places: readonly Place[]): string => `#compdef holdshort
# Completion of holdshort for zsh: holdshort completion zsh > a folder of $fpath/_holdshort
_holdshort() {
  local path_here='' word i
  local -a entries
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    if [[ $word == -- ]]; then
      _normal
      return
    fi
    case "\${path_here:+$path_here }$word" in
${places
  .filter(({ path }) => path !== '')
  .map(({ path }) => `    ${quoted(path)}) path_here=${quoted(path)} ;;`)
  .join('\n')}
    esac
  done
  case "$path_here" in
${places.map((place) => `    ${quoted(place.path)}) entries=(${entries(place)}) ;;`).join('\n')}
  esac
  case "$path_here|\${words[CURRENT - 1]}" in
${places.flatMap(choices).join('\n')}
  esac
  _describe holdshort entries || _files
}
compdef _holdshort holdshort`;
