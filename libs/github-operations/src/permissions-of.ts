import { INTENTS, type Intent, type Operation } from './operation.js';
import { isWorkflowFile } from './path-classes.js';

export type Permissions = Record<string, 'read' | 'write'>;

/** What `gh pr view`, `gh issue list` and the like select of a repository in one query that names it. */
const QUERY_PERMISSIONS: Permissions = {
  contents: 'read',
  issues: 'read',
  pull_requests: 'read',
  checks: 'read',
  statuses: 'read',
};

/** GitHub asks more of some intents than the one permission that names them. */
function extraPermissions({ action, target }: Intent, surface: Operation['surface']): Permissions {
  const changesWorkflow = INTENTS[action].permission === 'contents:write' && (target.paths ?? []).some(isWorkflowFile);
  return {
    ...(changesWorkflow ? { workflows: 'write' } : {}),
    // A comment on a pull request is one on its issue to REST, and on the pull request to GraphQL.
    ...(action === 'comment.write' && surface === 'graphql' ? { pull_requests: 'write' } : {}),
    ...(action === 'pull.merge' ? { pull_requests: 'write' } : {}),
    ...(action === 'pull.open' ? { contents: 'read' } : {}),
  };
}

const PUSH_ADVERTISEMENTS: ReadonlySet<string> = new Set([
  'git/receive-pack-advertisement',
  'git/wiki-receive-pack-advertisement',
]);

function merge(into: Permissions, more: Permissions): Permissions {
  const entries = Object.entries(more).filter(([name, level]) => level === 'write' || into[name] === undefined);
  return { ...into, ...Object.fromEntries(entries) };
}

/** A credential is limited to the repositories of a call; where there are none, it is for the whole installation. */
export const namesRepository = ({ target }: Pick<Intent, 'target'>): boolean =>
  target.repo !== undefined || target.repositoryId !== undefined || target.nodeId !== undefined;

const isQuery = (id: string, intents: readonly Intent[]): boolean =>
  id.startsWith('query/') && intents.some(namesRepository);

function ownPermission({ action }: Intent): Permissions {
  const [name = '', level] = INTENTS[action].permission.split(':');
  return { [name]: level === 'write' ? 'write' : 'read' };
}

/**
 * The least GitHub App permissions for an operation; `metadata: read` comes with every token. Follows
 * from surface, id and intents alone, so that the control plane can tell from what the agent sent.
 */
export function permissionsOf({ surface, id, intents }: Pick<Operation, 'surface' | 'id' | 'intents'>): Permissions {
  const base: Permissions = { metadata: 'read' };
  // Refs are only listed, but GitHub wants the permission of a push for its advertisement.
  if (PUSH_ADVERTISEMENTS.has(id)) return { ...base, contents: 'write' };
  const start = isQuery(id, intents) ? merge(base, QUERY_PERMISSIONS) : base;
  return intents.reduce(
    (sum, intent) => merge(merge(sum, ownPermission(intent)), extraPermissions(intent, surface)),
    start,
  );
}
