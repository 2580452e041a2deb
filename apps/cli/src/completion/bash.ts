import type { Place } from './completion-tree.js';

const wordsOf = ({ commands, options }: Place): string =>
  [...commands.map(({ name }) => name), ...options.map(({ flag }) => flag)].join(' ');

const choices = (place: Place): string[] =>
  place.options
    .filter((option) => option.choices.length > 0)
    .map((option) => `    '${place.path}|${option.flag}') words='${option.choices.join(' ')}' ;;`);

/** For bash; files are offered where nothing else fits. */
export const bashScript = (
  places: readonly Place[],
): string => `# Completion of holdshort for bash: holdshort completion bash > /etc/bash_completion.d/holdshort
_holdshort() {
  local cur=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} path='' word words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == -- ]]; then
      COMPREPLY=()
      return
    fi
    case "\${path:+$path }$word" in
${places
  .filter(({ path }) => path !== '')
  .map(({ path }) => `    '${path}') path='${path}' ;;`)
  .join('\n')}
    esac
  done
  case "$path" in
${places.map((place) => `    '${place.path}') words='${wordsOf(place)}' ;;`).join('\n')}
  esac
  case "$path|$previous" in
${places.flatMap(choices).join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o default -F _holdshort holdshort`;
