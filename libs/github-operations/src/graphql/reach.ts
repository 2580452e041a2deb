import type { Target } from '../operation.js';
import { refuse } from '../unclassifiable.js';
import { isOfAccount, isOfOwners, isOpenToAccounts, openFieldsOf } from './account-types.js';
import { graveActions } from './grave-fields.js';
import { fieldsOf } from './schema-types.js';
import type { WalkedField } from './walk-fields.js';

/** From where a selection is read: from within repositories that the document names, or from an account. */
export interface Reach {
  kind: 'repository' | 'account';
  /** What a grave field would be read of. */
  targets: readonly Target[];
  /** Of an account: the only fields that may be read. */
  only?: ReadonlySet<string> | undefined;
}

export const ofAccount = (owner?: string): Reach => ({
  kind: 'account',
  targets: [owner === undefined ? { account: true } : { owner, account: true }],
});

const place = ({ owner, repo, nodeId }: Target): Target =>
  nodeId === undefined
    ? { ...(owner === undefined ? {} : { owner }), ...(repo === undefined ? {} : { repo }) }
    : { nodeId };

/** Of targets of calls: which repositories, without refs and paths. */
export const ofRepositories = (targets: readonly Target[]): Reach => ({
  kind: 'repository',
  targets: targets.map(place),
});

const ADVICE = 'Name the repository with repository(owner:, name:).';
const placeOf = (field: WalkedField): string => field.path().join('.').slice(-200);

const hidden = (field: WalkedField): never =>
  refuse(
    'target_unresolved',
    `The GraphQL field "${placeOf(field)}" reaches content of repositories that the document does not name. ${ADVICE}`,
  );

const unknown = (field: WalkedField): never =>
  refuse(
    'operation_unknown',
    `The GraphQL field "${placeOf(field)}" is not one that Holdshort knows, and outside a named repository unknown fields are refused. ${ADVICE}`,
  );

function checkAccountField(field: WalkedField, only: Reach['only']): void {
  if (field.name === '__typename') return;
  if (only) {
    if (!only.has(field.name)) hidden(field);
    return;
  }
  const known = fieldsOf(field.parent) ?? unknown(field);
  if (!isOpenToAccounts(field.parent)) hidden(field);
  if (!known.has(field.name)) unknown(field);
  if (field.parent === 'Repository' && graveActions(field.parent, field.name, field.type).length > 0) hidden(field);
}

/** Of a content field no more is open than openFieldsOf says, and of what is grave nothing. */
function enterContent(field: WalkedField): Reach['only'] {
  const only = openFieldsOf(field.parent, field.name, field.type) ?? hidden(field);
  return graveActions(field.parent, field.name, field.type).length > 0 ? hidden(field) : only;
}

/** An account's own login is lost where the selection goes on to some other account. */
const targetsWithin = (field: WalkedField, here: Reach): Reach['targets'] =>
  isOfOwners(field.type) ? [{ account: true }] : here.targets;

/** Where a field itself is read: a type condition of an account leaves the repository. */
export function reachOf(field: WalkedField, around: Reach): Reach {
  const here = around.kind === 'repository' && field.isOfAccount ? ofAccount() : around;
  // The root can be asked again from no schema that GitHub has published.
  if (field.parent === 'Query' || field.parent === 'Mutation') unknown(field);
  if (here.kind === 'account') checkAccountField(field, here.only);
  return here;
}

/**
 * Where the selection of a field is read.
 * @throws Unclassifiable `target_unresolved` where content of repositories is reached that nobody named
 */
export function reachWithin(field: WalkedField, here: Reach): Reach {
  if (field.type === '') return here;
  if (here.kind === 'repository') return isOfAccount(field.type) ? ofAccount() : here;
  if (!isOpenToAccounts(field.type)) return { ...here, only: enterContent(field) };
  return { kind: 'account', targets: targetsWithin(field, here) };
}
