import { isOwnerName, isRepoName } from '../names.js';
import type { Intent } from '../operation.js';
import { searchIntents } from '../search-scope.js';
import { refuse } from '../unclassifiable.js';
import type { WalkedField } from './walk-fields.js';

const ACCOUNT: Intent = { action: 'account.read', target: { account: true } };
const OWNER_FIELDS = new Set(['organization', 'user', 'repositoryOwner']);
/** They tell about the API or the caller, never about a repository. */
const ACCOUNT_ROOTS = new Set(['viewer', 'rateLimit', 'meta', '__schema', '__type', '__typename']);

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

function ownIntents(field: WalkedField, owner: string | undefined): Intent[] {
  if (OWNER_FIELDS.has(field.name) && 'login' in field.arguments) return [account(field)];
  if (field.name !== 'repository' || !('name' in field.arguments)) return [];
  const named = 'owner' in field.arguments ? textArgument(field, 'owner') : owner;
  return [
    repository(
      named ?? refuse('target_unresolved', 'The owner of a repository in the GraphQL document cannot be told.'),
      textArgument(field, 'name'),
    ),
  ];
}

function collect(fields: readonly WalkedField[], owner: string | undefined, into: Intent[]): Intent[] {
  for (const field of fields) {
    into.push(...ownIntents(field, owner));
    collect(field.children(), ownerWithin(field, owner), into);
  }
  return into;
}

/** What fields name: repositories and accounts, at any depth. */
export const nestedReads = (fields: readonly WalkedField[]): Intent[] => collect(fields, undefined, []);

const nodeRead = (id: unknown): Intent =>
  typeof id === 'string' && id !== ''
    ? { action: 'repo.read', target: { nodeId: id } }
    : refuse('target_unresolved', 'A node of the GraphQL document has no id.');

function nodeReads(field: WalkedField): Intent[] {
  if (field.name === 'node') return [nodeRead(field.arguments['id'])];
  const ids = field.arguments['ids'];
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
  if (field.name === 'repository') {
    textArgument(field, 'owner');
    textArgument(field, 'name');
    return [];
  }
  if (OWNER_FIELDS.has(field.name)) return [];
  return refuse(
    'operation_unknown',
    `The GraphQL query field "${field.name}" is not one that Holdshort knows, and unknown calls are refused.`,
  );
}

const isSame = (a: Intent, b: Intent): boolean => JSON.stringify(a).toLowerCase() === JSON.stringify(b).toLowerCase();

/** Repositories compare without case; node ids do not, but two that differ in case only are two reads of one right. */
const withoutRepeats = (intents: readonly Intent[]): Intent[] =>
  intents.filter(
    (intent, n) =>
      intents.findIndex((other) =>
        intent.target.nodeId === undefined ? isSame(intent, other) : other.target.nodeId === intent.target.nodeId,
      ) === n,
  );

/** What a query reads: each repository and account that it names, once. */
export const queryReads = (roots: readonly WalkedField[]): Intent[] =>
  withoutRepeats([...nestedReads(roots), ...roots.flatMap(rootIntents)]);
