/** git's own options that take the next word. */
const GIT_VALUES = new Set(['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--super-prefix', '--config-env']);
/** Options of `git push` that take the next word. */
const PUSH_VALUES = new Set(['-o', '--push-option', '--receive-pack', '--exec', '--repo']);

export interface GitInvocation {
  subcommand: string;
  rest: string[];
}

/** The subcommand of `git ...`, its own options skipped. */
export function gitInvocation(words: readonly string[]): GitInvocation | undefined {
  let at = 1;
  while (words[at]?.startsWith('-')) at += GIT_VALUES.has(words[at] ?? '') ? 2 : 1;
  const subcommand = words[at];
  return subcommand === undefined ? undefined : { subcommand, rest: words.slice(at + 1) };
}

export const isDryRun = (rest: readonly string[]): boolean =>
  rest.some((word) => word === '--dry-run' || /^-[a-zA-Z]*n[a-zA-Z]*$/.test(word));

/** Full names of the branches that `git push` names; empty where that is up to git's configuration. */
export function pushedRefs(rest: readonly string[]): string[] {
  const positional: string[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    if (PUSH_VALUES.has(word)) at += 1;
    else if (!word.startsWith('-')) positional.push(word);
  }
  const names = positional.slice(1).map(destination);
  return names.every((name) => name !== undefined) ? names : [];
}

/** `src:dst`, `+src`, `branch`; undefined where the name is not in it (HEAD, a variable, a tag). */
function destination(refspec: string): string | undefined {
  const name = refspec.replace(/^\+/, '').split(':').at(-1) ?? '';
  if (!/^[\w./+-]+$/.test(name) || name === 'HEAD' || name === '@' || name === 'tag') return undefined;
  return name.startsWith('refs/') ? name : `refs/heads/${name}`;
}
