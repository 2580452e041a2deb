import type { Intent, IntentAction, Target } from '../operation.js';
import { searchIntents } from '../search-scope.js';
import { refuse } from '../unclassifiable.js';
import { isRecord, ToolArguments } from './tool-arguments.js';

export type Actions = readonly IntentAction[];
type Targets = (args: ToolArguments) => Target[];

/** What one tool would do. */
export interface ToolRule {
  /** Where GitHub's server offers it. */
  toolsets: readonly string[];
  /** The argument that chooses among `actions`, and what each of its values does. */
  choice?: { argument: 'method' | 'level'; actions: Readonly<Record<string, Actions>> };
  intents(args: ToolArguments): Intent[];
}

const each = (actions: Actions, targets: Target[]): Intent[] =>
  targets.flatMap((target) => actions.map((action) => ({ action, target })));

const named = (toolsets: string): string[] => toolsets.split(' ');

/** A tool that always does the same. */
export const does = (toolsets: string, action: IntentAction | Actions, targets: Targets): ToolRule => ({
  toolsets: named(toolsets),
  intents: (args) => each(typeof action === 'string' ? [action] : action, targets(args)),
});

/** A tool whose argument `method` or `level` says what it does; another value than these is refused. */
export const chooses = (
  toolsets: string,
  argument: 'method' | 'level',
  actions: Readonly<Record<string, Actions>>,
  targets: Targets,
): ToolRule => ({
  toolsets: named(toolsets),
  choice: { argument, actions },
  intents: (args) => {
    const value = args.requiredText(argument);
    const chosen = Object.hasOwn(actions, value) ? actions[value] : undefined;
    return each(
      chosen ?? refuse('operation_unknown', `"${value.slice(0, 64)}" is not a ${argument} that Holdshort knows.`),
      targets(args),
    );
  },
});

/** A rule, and something else that the same arguments bring with them. */
export const also = (rule: ToolRule, more: (args: ToolArguments) => Intent[]): ToolRule => ({
  ...rule,
  intents: (args) => [...rule.intents(args), ...more(args)],
});

/** `{ a b: action }` for several values that do the same. */
export const same = (values: string, ...actions: IntentAction[]): Record<string, Actions> =>
  Object.fromEntries(values.split(' ').map((value) => [value, actions]));

export const repository: Targets = (args) => [args.repository()];
export const self: Targets = () => [{ account: true }];
export const account =
  (name: string): Targets =>
  (args) => [args.account(name)];
export const pull: Targets = (args) => [{ ...args.repository(), ...args.number('pullNumber') }];
export const issue: Targets = (args) => [
  { ...args.repository(), ...args.number('issue_number'), ...args.number('issueNumber') },
];

/** Discussions and issue types of an organisation, where no repository is named, belong to its account. */
export const repositoryOrOwner: Targets = (args) => (args.has('repo') ? repository(args) : [args.account('owner')]);

/** Arguments of tools that work on a repository, an organisation or an enterprise. */
export const leveled: Targets = (args) => {
  const level = args.requiredText('level');
  if (level === 'repository') return repository(args);
  return [level === 'organization' ? args.account('org') : { account: true }];
};

export const branch: Targets = (args) => [{ ...args.repository(), ref: args.branch('branch') }];
/** A new branch at another one; without its name at the default branch, which brings nothing new. */
export const newBranch: Targets = (args) => {
  const from = args.text('from_branch');
  const target = { ...args.repository(), ref: args.branch('branch') };
  return [from === undefined ? target : { ...target, commit: from }];
};
export const file: Targets = (args) => [
  { ...args.repository(), ref: args.branch('branch'), paths: [args.requiredText('path')] },
];

export const files: Targets = (args) => {
  const paths = args
    .list('files')
    .map(({ path }) =>
      typeof path === 'string' && path !== ''
        ? path
        : refuse('request_malformed', 'Each entry of "files" needs a path.'),
    );
  return [{ ...args.repository(), ref: args.branch('branch'), paths }];
};

/** The branch behind a pull request is known to GitHub only; its ref of the number stands for it. */
export const headOfPull = (args: ToolArguments): Intent[] => {
  const { number } = args.number('pullNumber');
  if (number === undefined) return refuse('target_unresolved', 'The tool call does not say "pullNumber".');
  return [{ action: 'ref.update', target: { ...args.repository(), ref: `refs/pull/${number}/head` } }];
};

/** A node id names its repository by itself, whatever owner and repo stand beside it. */
export const alsoNode =
  (name: string, action: IntentAction) =>
  (args: ToolArguments): Intent[] => {
    const nodeId = args.text(name);
    return nodeId === undefined ? [] : [{ action, target: { nodeId } }];
  };

export const alsoRepository =
  (owner: string, repo: string, action: IntentAction) =>
  (args: ToolArguments): Intent[] =>
    args.has(owner) || args.has(repo) ? [{ action, target: args.repository(owner, repo) }] : [];

/** The entries of `items` may each name a repository. */
export const repositoriesOfItems = (args: ToolArguments): Intent[] =>
  args.list('items').flatMap((item) => {
    const nodeId = item['node_id'];
    const node: Intent[] = typeof nodeId === 'string' ? [{ action: 'issue.read', target: { nodeId } }] : [];
    return isRecord(item)
      ? [...node, ...alsoRepository('item_owner', 'item_repo', 'issue.read')(new ToolArguments(item))]
      : node;
  });

/** A search reaches what its own words name, and the repository of `owner` and `repo` where both are given. */
export const search = (toolsets: string, accountsToo: boolean): ToolRule => ({
  toolsets: named(toolsets),
  intents: (args) => {
    const query = args.requiredText('query');
    if (!args.has('owner') && !args.has('repo')) return searchIntents(query, accountsToo);
    const { owner, repo } = args.repository();
    return searchIntents(`repo:${owner}/${repo} ${query}`, accountsToo);
  },
});
