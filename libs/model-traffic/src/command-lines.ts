import { asList, asText, parseLoose } from './loose-json.js';

/** Where assistants put a command line: Copilot and Claude `command`, Codex `cmd` or `command`, others `script`. */
const FIELDS = ['command', 'cmd', 'script'] as const;
const SHELL = /(?:^|\/)(?:ba|z|da|k)?sh$/;

/** `["bash", "-lc", X]` is X; another list is its words, quoted where a shell would need it. */
function ofWords(words: readonly string[]): string {
  const [program = '', flag = '', script] = words;
  if (SHELL.test(program) && /^-[a-z]*c$/.test(flag) && script !== undefined) return script;
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

function commandOf(value: unknown): string | undefined {
  const words = asList(value);
  return words.length > 0 && words.every((word) => typeof word === 'string') ? ofWords(words) : asText(value);
}

/** The command lines in the arguments (JSON) of a tool call; empty where there are none. */
export function commandLines(argumentsJson: string): string[] {
  const fields = parseLoose(argumentsJson);
  if (!fields) return [];
  return FIELDS.map((name) => commandOf(fields[name])).filter((line) => line !== undefined && line !== '') as string[];
}
