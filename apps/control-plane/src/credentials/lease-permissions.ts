import { HoldshortError } from '@holdshort/errors';
import { permissionsOf, type Operation } from '@holdshort/github-operations';
import type { Installation } from './github-app.js';

export type Permissions = Record<string, 'read' | 'write'>;

/** What the App was granted, and by whom. */
type Granted = Pick<Installation, 'account' | 'permissions'>;

type Asked = Pick<Operation, 'id' | 'surface' | 'intents'>;

const LEVELS = { read: 1, write: 2 } as const;
const isLevel = (text: string | undefined): text is 'read' | 'write' => text === 'read' || text === 'write';

const covers = (granted: string | undefined, level: 'read' | 'write'): boolean =>
  granted === 'admin' || (isLevel(granted) && LEVELS[granted] >= LEVELS[level]);

/**
 * The permissions that an allowed operation needs, and no more.
 * @param touchesWorkflows the change has paths of class `workflow`, for which GitHub wants a permission of its own
 */
export function permissionsFor(operation: Asked, touchesWorkflows: boolean): Permissions {
  const permissions = permissionsOf(operation);
  return touchesWorkflows && permissions['contents'] === 'write' ? { ...permissions, workflows: 'write' } : permissions;
}

/**
 * Fits what is needed to what the App was granted and to what policy allows at most. A GraphQL query may read fields
 * of many kinds: what the App may not read there, GitHub leaves out of its answer.
 * @throws HoldshortError `lease_unavailable` naming the first permission that is missing
 */
export function fitPermissions(
  operation: Pick<Operation, 'surface'>,
  needed: Permissions,
  installation: Granted,
  limit: Permissions | undefined,
): Permissions {
  const entries = Object.entries(needed).filter(
    ([name, level]) => !isOptional(operation, name, level) || isWithin(name, level, installation, limit),
  );
  for (const [name, level] of entries) requireWithin(name, level, installation, limit);
  return Object.fromEntries(entries);
}

/** What shows content of repositories, logs and artifacts of runs included. */
const CONTENT = ['contents', 'issues', 'pull_requests', 'discussions', 'checks', 'statuses', 'deployments', 'actions'];

/**
 * GitHub limits a token to repositories only where the request names some; without names it reaches over the whole
 * installation. Such a token may tell about accounts and list repositories, never show what is in them.
 * @throws HoldshortError `lease_unavailable` naming the first permission that shows content
 */
export function requireNamedRepositories(repositories: readonly string[], permissions: Permissions): void {
  const shown = CONTENT.find((name) => name in permissions);
  if (repositories.length > 0 || shown === undefined) return;
  throw new HoldshortError(
    'lease_unavailable',
    `The call needs ${shown} and names no repository; no credential reaches into all repositories at once.`,
    { advice: 'Name the repository: ask for one repository at a time.' },
  );
}

const isOptional = (operation: Pick<Operation, 'surface'>, name: string, level: 'read' | 'write'): boolean =>
  operation.surface === 'graphql' && level === 'read' && name !== 'contents' && name !== 'metadata';

/** Every App has metadata:read, and not every answer of GitHub lists it. */
const isGranted = (name: string, level: 'read' | 'write', installation: Granted): boolean =>
  (name === 'metadata' && level === 'read') || covers(installation.permissions[name], level);

const isAllowed = (name: string, level: 'read' | 'write', limit: Permissions | undefined): boolean =>
  limit === undefined || (name === 'metadata' && level === 'read') || covers(limit[name], level);

const isWithin = (
  name: string,
  level: 'read' | 'write',
  installation: Granted,
  limit: Permissions | undefined,
): boolean => isGranted(name, level, installation) && isAllowed(name, level, limit);

function requireWithin(
  name: string,
  level: 'read' | 'write',
  installation: Granted,
  limit: Permissions | undefined,
): void {
  if (!isGranted(name, level, installation)) {
    throw new HoldshortError(
      'lease_unavailable',
      `The Holdshort GitHub App has no ${name}: ${level} on ${installation.account}.`,
      {
        advice: `An owner of ${installation.account} must grant it to the App.`,
      },
    );
  }
  if (!isAllowed(name, level, limit)) {
    throw new HoldshortError('lease_unavailable', `Policy gives no credential with ${name}: ${level} for this call.`);
  }
}
