import { isOwnerName, isRepoName } from '../names.js';
import type { Intent, IntentAction, Target } from '../operation.js';
import { searchIntents } from '../search-scope.js';
import { refuse } from '../unclassifiable.js';
import { graveActions } from './grave-fields.js';
import { ofAccount, ofRepositories, reachOf, reachWithin, type Reach } from './reach.js';
import { nodeTypeOf } from './schema-types.js';
import type { WalkedField } from './walk-fields.js';

const ACCOUNT: Intent = { action: 'account.read', target: { account: true } };
const OWNER_FIELDS = new Set(['organization', 'user', 'repositoryOwner']);
/** They tell about the API or the caller, never about a repository. */
const ACCOUNT_ROOTS = new Set(['viewer', 'rateLimit', 'meta', '__schema', '__type', '__typename']);
const PROJECTS = new Set(['Project', 'ProjectV2']);
/** GitHub takes 100 ids in one `nodes`. */
const MAX_NODES = 100;

function textArgument(field: WalkedField, name: string): string {
  const value = field.arguments[name];
  return typeof value === 'string' && value !== ''
    ? value
    : refuse('target_unresolved', `The GraphQL field "${field.name}" needs its argument "${name}".`);
}

function repository(owner: string, repo: string): Intent {
  if (!isOwnerName(owner) || !isRepoName(repo))
    refuse('request_malformed', 'The GraphQL document names a repository that GitHub cannot have.');
  return { action: 'repo.read', target: { owner, repo } };
}

function account(field: WalkedField): Intent {
  const owner = textArgument(field, 'login');
  return isOwnerName(owner)
    ? { action: 'account.read', target: { owner, account: true } }
    : refuse('request_malformed', 'The GraphQL document names an account that GitHub cannot have.');
}

/** Of a field that holds repositories by name, its owner; undefined where that cannot be told. */
function ownerWithin(field: WalkedField, owner: string | undefined): string | undefined {
  if (OWNER_FIELDS.has(field.name))
    return typeof field.arguments['login'] === 'string' ? field.arguments['login'] : undefined;
  if (field.name === 'repository' && typeof field.arguments['owner'] === 'string') return field.arguments['owner'];
  return field.name === 'owner' || field.name === 'repository' ? owner : undefined;
}

/** The repository or the account that a field names by its arguments. */
function namedIntent(field: WalkedField, owner: string | undefined): Intent | undefined {
  if (OWNER_FIELDS.has(field.name) && 'login' in field.arguments) return account(field);
  if (field.name !== 'repository' || !('name' in field.arguments)) return undefined;
  const named = 'owner' in field.arguments ? textArgument(field, 'owner') : owner;
  return repository(
    named ?? refuse('target_unresolved', 'The owner of a repository in the GraphQL document cannot be told.'),
    textArgument(field, 'name'),
  );
}

const isOwnProject = (field: WalkedField, here: Reach): boolean =>
  here.kind === 'account' && PROJECTS.has(nodeTypeOf(field.type));

function pushGrave(field: WalkedField, here: Reach, into: Intent[]): void {
  const push = (action: IntentAction): void => {
    for (const target of here.targets) into.push({ action, target });
  };
  for (const action of graveActions(field.parent, field.name, field.type)) push(action);
  if (isOwnProject(field, here)) push('project.read');
}

const reachOfNamed = ({ target }: Intent): Reach =>
  target.repo === undefined ? ofAccount(target.owner) : ofRepositories([target]);

interface Collected {
  /** Of the selection that is read. */
  reach: Reach;
  /** The login that `repository(name:)` would belong to. */
  owner: string | undefined;
  into: Intent[];
}

function collect(fields: readonly WalkedField[], { reach, owner, into }: Collected): void {
  for (const field of fields) {
    const here = reachOf(field, reach);
    const named = namedIntent(field, owner);
    if (named) into.push(named);
    pushGrave(field, here, into);
    const within = named ? reachOfNamed(named) : reachWithin(field, here);
    const children = field.children();
    if (children.length > 0) collect(children, { reach: within, owner: ownerWithin(field, owner), into });
  }
}

/**
 * What a selection names and what is grave in it, at any depth.
 * @throws Unclassifiable `target_unresolved` where it reaches content of repositories that nobody named
 */
export function nestedReads(fields: readonly WalkedField[], reach: Reach, owner?: string): Intent[] {
  const into: Intent[] = [];
  collect(fields, { reach, owner, into });
  return into;
}

const nodeRead = (id: unknown): Intent =>
  typeof id === 'string' && id !== ''
    ? { action: 'repo.read', target: { nodeId: id } }
    : refuse('target_unresolved', 'A node of the GraphQL document has no id.');

function nodeReads(field: WalkedField): Intent[] {
  if (field.name === 'node') return [nodeRead(field.arguments['id'])];
  const ids = field.arguments['ids'];
  if (Array.isArray(ids) && ids.length > MAX_NODES)
    refuse('request_too_large', `GitHub takes at most ${MAX_NODES} ids in "nodes".`);
  return (Array.isArray(ids) ? ids : [ids]).map(nodeRead);
}

function searchReads(field: WalkedField): Intent[] {
  const type = field.arguments['type'];
  if (type === 'USER') return [ACCOUNT];
  return searchIntents(textArgument(field, 'query'), type === 'REPOSITORY');
}

function rootIntents(field: WalkedField): Intent[] {
  if (ACCOUNT_ROOTS.has(field.name)) return [ACCOUNT];
  if (field.name === 'node' || field.name === 'nodes') return nodeReads(field);
  if (field.name === 'search') return searchReads(field);
  if (OWNER_FIELDS.has(field.name)) return [account(field)];
  if (field.name === 'repository') return [repository(textArgument(field, 'owner'), textArgument(field, 'name'))];
  return refuse(
    'operation_unknown',
    `The GraphQL query field "${field.name}" is not one that Holdshort knows, and unknown calls are refused.`,
  );
}

const namesRepository = ({ repo, nodeId }: Target): boolean => repo !== undefined || nodeId !== undefined;

/** Repositories where each target is one; an account where any target is, as with a search over an organisation. */
export function reachOfTargets(intents: readonly Intent[]): Reach {
  const targets = intents.map(({ target }) => target);
  if (targets.length > 0 && targets.every(namesRepository)) return ofRepositories(targets);
  return ofAccount(targets.length === 1 ? targets[0]?.owner : undefined);
}

function rootReads(field: WalkedField): Intent[] {
  const own = rootIntents(field);
  // What the schema says of itself is of nobody.
  if (field.name.startsWith('__')) return own;
  return [...own, ...nestedReads(field.children(), reachOfTargets(own), ownerWithin(field, undefined))];
}

/** Repositories compare without case, node ids do not. */
const keyOf = ({ action, target }: Intent): string =>
  target.nodeId === undefined ? JSON.stringify([action, target]).toLowerCase() : `${action} ${target.nodeId}`;

/** Each intent once, where it stands first. */
export function withoutRepeats(intents: readonly Intent[]): Intent[] {
  const first = new Map<string, Intent>();
  for (const intent of intents) {
    const key = keyOf(intent);
    if (!first.has(key)) first.set(key, intent);
  }
  return [...first.values()];
}

/** What a query reads: each repository and account that it names, once, and what is grave in it. */
export const queryReads = (roots: readonly WalkedField[]): Intent[] => withoutRepeats(roots.flatMap(rootReads));
