import { HoldshortError } from '@holdshort/errors';
import { INTENTS, type IntentAction, type Operation } from '@holdshort/github-operations';
import type { Installation } from './github-app.js';

export type Permissions = Record<string, 'read' | 'write'>;

/** What GitHub asks for beyond the intent's own permission; docs.github.com, "Permissions required for GitHub Apps". */
const ALSO: Partial<Record<IntentAction, readonly string[]>> = {
  'pull.open': ['contents:read'],
  'pull.merge': ['pull_requests:write'],
};

/** GraphQL answers fields of many kinds in one query, all of them within "read this repository". */
const GRAPHQL_READS = ['issues:read', 'pull_requests:read', 'checks:read', 'statuses:read', 'actions:read', 'deployments:read'];

/** GitHub lists refs for a push only to those who may push. */
const PUSH_ADVERTISEMENT = 'git/receive-pack-advertisement';

const LEVELS = { read: 1, write: 2 } as const;
const isLevel = (text: string | undefined): text is 'read' | 'write' => text === 'read' || text === 'write';

function add(permissions: Permissions, entry: string): Permissions {
  const [name, level] = entry.split(':');
  if (name === undefined || !isLevel(level)) throw new Error(`not a permission: ${entry}`);
  const known = permissions[name];
  return { ...permissions, [name]: known !== undefined && LEVELS[known] > LEVELS[level] ? known : level };
}

/**
 * The permissions that an allowed operation needs, and no more.
 * @param touchesWorkflows the change has paths of class `workflow`, for which GitHub wants a permission of its own
 */
export function permissionsFor(operation: Pick<Operation, 'id' | 'surface' | 'intents'>, touchesWorkflows: boolean): Permissions {
  const actions = operation.intents.map((intent) => intent.action);
  const writesContents = actions.some((action) => INTENTS[action].permission === 'contents:write');
  const entries = [
    'metadata:read',
    ...actions.flatMap((action) => [INTENTS[action].permission, ...(ALSO[action] ?? [])]),
    ...(operation.id === PUSH_ADVERTISEMENT ? ['contents:write'] : []),
    ...(touchesWorkflows && writesContents ? ['workflows:write'] : []),
  ];
  return entries.reduce(add, {});
}

/** Read permissions that a GraphQL answer may touch; given only where the installation has them. */
const wishesOf = (operation: Pick<Operation, 'surface'>): string[] => (operation.surface === 'graphql' ? GRAPHQL_READS : []);

/**
 * Fits what is needed to what the App was granted and to what policy allows at most.
 * @throws HoldshortError `lease_unavailable` naming the first permission that is missing
 */
export function fitPermissions(
  operation: Pick<Operation, 'id' | 'surface' | 'intents'>,
  needed: Permissions,
  installation: Installation,
  limit: Permissions | undefined,
): Permissions {
  for (const [name, level] of Object.entries(needed)) requireWithin(name, level, installation, limit);
  const wishes = wishesOf(operation).filter((wish) => isWithin(wish, installation, limit));
  return wishes.reduce(add, needed);
}

function isWithin(entry: string, installation: Installation, limit: Permissions | undefined): boolean {
  const [name = '', level] = entry.split(':');
  return isLevel(level) && covers(installation.permissions[name], level) && (limit === undefined || covers(limit[name], level));
}

const covers = (granted: string | undefined, level: 'read' | 'write'): boolean =>
  granted === 'admin' || (isLevel(granted) && LEVELS[granted] >= LEVELS[level]);

function requireWithin(name: string, level: 'read' | 'write', installation: Installation, limit: Permissions | undefined): void {
  // every App has metadata:read, and not every answer lists it
  if (name !== 'metadata' && !covers(installation.permissions[name], level)) {
    throw new HoldshortError('lease_unavailable', `The Holdshort GitHub App has no ${name}: ${level} on ${installation.account}.`, {
      advice: `An owner of ${installation.account} must grant it to the App.`,
    });
  }
  if (limit !== undefined && name !== 'metadata' && !covers(limit[name], level)) {
    throw new HoldshortError('lease_unavailable', `Policy gives no credential with ${name}: ${level} for this call.`);
  }
}
