import { gitInvocation, isDryRun, pushedRefs } from './git-arguments.js';
import { readShell, type SimpleCommand } from './shell-words.js';

/** What a command line does that could reach GitHub. `run` stands for programs of which nothing is known. */
export interface ShellAction {
  /** `git push`, `git commit`, `gh pr create`, `run`. */
  verb: string;
  /** Full names, where the command names them. */
  refs: string[];
  background: boolean;
}

/** Programs that reach no network and start nothing. */
const PASSIVE = new Set(
  'ls cat echo printf cd pwd grep rg head tail wc mkdir rmdir touch rm cp mv sed test [ [[ true false sleep date which export unset set diff tee basename dirname sort uniq cut tr stat read exit return local declare umask id whoami uname'.split(
    ' ',
  ),
);
const PASSIVE_GIT = new Set(
  'add status diff log show rev-parse branch tag remote ls-files blame init config stash reset restore checkout switch rm mv describe reflog'.split(
    ' ',
  ),
);
const COMMITTING_GIT = new Set(['commit', 'merge', 'cherry-pick', 'revert', 'rebase', 'am', 'pull', 'commit-tree']);

const KEYWORDS = new Set('if then else elif fi for while until do done case esac select function in ! time'.split(' '));
/** Programs that run what follows them, after options and these many words. */
const WRAPPERS: Readonly<Record<string, number>> = {
  sudo: 0,
  env: 0,
  nice: 0,
  command: 0,
  exec: 0,
  builtin: 0,
  nohup: 0,
  setsid: 0,
  timeout: 1,
  stdbuf: 0,
};
const DETACHING = new Set(['nohup', 'setsid', 'disown', 'at', 'batch']);
const SHELL = /(?:^|\/)(?:ba|z|da|k)?sh$/;
const MAX_DEPTH = 4;

/** What the command lines of a tool call do, in order. */
export function shellActions(lines: readonly string[]): ShellAction[] {
  return lines.flatMap((line) => actionsOf(line, 0));
}

function actionsOf(line: string, depth: number): ShellAction[] {
  const { commands, isOpaque } = readShell(line);
  const actions = commands.flatMap((command) => actionsOfCommand(command, depth));
  return isOpaque || depth > MAX_DEPTH ? [...actions, run(false)] : actions;
}

const run = (background: boolean): ShellAction => ({ verb: 'run', refs: [], background });

function actionsOfCommand(command: SimpleCommand, depth: number): ShellAction[] {
  const { words, detached } = unwrapped(command.words);
  const background = command.background || detached;
  const [program = '', ...rest] = words;
  if (program === '' || PASSIVE.has(program)) return [];
  const script = scriptOf(program, rest);
  if (script !== undefined && depth < MAX_DEPTH) {
    return actionsOf(script, depth + 1).map((action) => ({ ...action, background: action.background || background }));
  }
  const name = program.split('/').at(-1) ?? '';
  if (name === 'git') return gitActions(words, background);
  if (name === 'gh') return [{ verb: ghVerb(rest), refs: [], background }];
  return [run(background)];
}

/** Without keywords, assignments, and programs that only start others. */
function unwrapped(all: readonly string[]): { words: string[]; detached: boolean } {
  let words = [...all];
  let detached = false;
  for (;;) {
    const [first = ''] = words;
    const skipped = WRAPPERS[first];
    if (DETACHING.has(first)) detached = true;
    if (KEYWORDS.has(first) || /^[A-Za-z_]\w*\+?=/.test(first)) words = words.slice(1);
    else if (skipped !== undefined) words = afterOptions(words.slice(1)).slice(skipped);
    else return { words, detached };
  }
}

const afterOptions = (words: string[]): string[] => {
  const first = words.findIndex((word) => !word.startsWith('-'));
  return first < 0 ? [] : words.slice(first);
};

/** What `sh -c` and `eval` run. */
function scriptOf(program: string, rest: readonly string[]): string | undefined {
  if (program === 'eval') return rest.join(' ');
  if (!SHELL.test(program)) return undefined;
  const flag = rest.findIndex((word) => /^-[a-z]*c$/.test(word));
  return flag < 0 ? undefined : rest[flag + 1];
}

function gitActions(words: readonly string[], background: boolean): ShellAction[] {
  const git = gitInvocation(words);
  if (!git || PASSIVE_GIT.has(git.subcommand)) return [];
  if (git.subcommand === 'push')
    return isDryRun(git.rest) ? [] : [{ verb: 'git push', refs: pushedRefs(git.rest), background }];
  return COMMITTING_GIT.has(git.subcommand) ? [{ verb: 'git commit', refs: [], background }] : [run(background)];
}

/** `gh pr create`: the words before the first option, at most two. */
function ghVerb(rest: readonly string[]): string {
  const end = rest.findIndex((word) => !/^[a-z-]+$/.test(word) || word.startsWith('-'));
  return ['gh', ...rest.slice(0, end < 0 ? 2 : Math.min(end, 2))].join(' ');
}
