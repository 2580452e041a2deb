import type { ReasonCode } from '@holdshort/errors';

/** The way a call came; see docs/architecture.md. */
export const SURFACES = ['git', 'lfs', 'rest', 'graphql', 'mcp', 'copilot', 'download', 'upload'] as const;
export type Surface = (typeof SURFACES)[number];

/** From harmless to grave; an operation has the gravest class of its intents. */
export const OPERATION_CLASSES = ['read', 'write', 'execute', 'admin', 'destructive', 'secretful'] as const;
export type OperationClass = (typeof OPERATION_CLASSES)[number];

/**
 * Every intent, with its class and the GitHub App permission that a credential for it needs.
 * Intents are the Cedar actions: one policy line covers every surface. Closed list; additive only.
 */
export const INTENTS = {
  'repo.read': { class: 'read', permission: 'contents:read' },
  'metadata.read': { class: 'read', permission: 'metadata:read' },
  'account.read': { class: 'read', permission: 'metadata:read' },
  'pull.read': { class: 'read', permission: 'pull_requests:read' },
  'issue.read': { class: 'read', permission: 'issues:read' },
  'workflow.read': { class: 'read', permission: 'actions:read' },
  'check.read': { class: 'read', permission: 'checks:read' },
  'status.read': { class: 'read', permission: 'statuses:read' },
  'deployment.read': { class: 'read', permission: 'deployments:read' },
  'package.read': { class: 'read', permission: 'packages:read' },
  'security.read': { class: 'secretful', permission: 'security_events:read' },
  'admin.read': { class: 'admin', permission: 'administration:read' },
  'secret.read': { class: 'secretful', permission: 'secrets:read' },
  'ref.create': { class: 'write', permission: 'contents:write' },
  'ref.update': { class: 'write', permission: 'contents:write' },
  'ref.force': { class: 'destructive', permission: 'contents:write' },
  'ref.delete': { class: 'destructive', permission: 'contents:write' },
  'object.write': { class: 'write', permission: 'contents:write' },
  'lfs.write': { class: 'write', permission: 'contents:write' },
  'wiki.write': { class: 'write', permission: 'contents:write' },
  'pull.open': { class: 'write', permission: 'pull_requests:write' },
  'pull.update': { class: 'write', permission: 'pull_requests:write' },
  'pull.review': { class: 'write', permission: 'pull_requests:write' },
  'pull.merge': { class: 'write', permission: 'contents:write' },
  'issue.write': { class: 'write', permission: 'issues:write' },
  'comment.write': { class: 'write', permission: 'issues:write' },
  'release.write': { class: 'write', permission: 'contents:write' },
  'check.write': { class: 'write', permission: 'checks:write' },
  'status.write': { class: 'write', permission: 'statuses:write' },
  'deployment.write': { class: 'execute', permission: 'deployments:write' },
  'package.write': { class: 'write', permission: 'packages:write' },
  'discussion.write': { class: 'write', permission: 'discussions:write' },
  'project.read': { class: 'read', permission: 'organization_projects:read' },
  'project.write': { class: 'write', permission: 'organization_projects:write' },
  'gist.write': { class: 'write', permission: 'gists:write' },
  'social.write': { class: 'write', permission: 'metadata:read' },
  'repo.fork': { class: 'write', permission: 'contents:read' },
  'repo.create': { class: 'admin', permission: 'administration:write' },
  'repo.admin': { class: 'admin', permission: 'administration:write' },
  'repo.delete': { class: 'destructive', permission: 'administration:write' },
  'protection.update': { class: 'admin', permission: 'administration:write' },
  'workflow.run': { class: 'execute', permission: 'actions:write' },
  'workflow.admin': { class: 'admin', permission: 'actions:write' },
  'secret.write': { class: 'secretful', permission: 'secrets:write' },
  'security.write': { class: 'admin', permission: 'security_events:write' },
  'package.delete': { class: 'destructive', permission: 'packages:write' },
  'codespace.use': { class: 'execute', permission: 'codespaces:write' },
  'org.admin': { class: 'admin', permission: 'organization_administration:write' },
  'account.admin': { class: 'admin', permission: 'metadata:read' },
  'model.call': { class: 'execute', permission: 'metadata:read' },
  'telemetry.send': { class: 'read', permission: 'metadata:read' },
} as const satisfies Record<string, { class: OperationClass; permission: `${string}:${'read' | 'write'}` }>;

export type IntentAction = keyof typeof INTENTS;

/** What the call names. Names are as GitHub resolves them: owner and repo compare case-insensitively. */
export interface Target {
  owner?: string;
  repo?: string;
  /** The repository by number, where the call gives no name. */
  repositoryId?: string;
  /** A GraphQL node id from which the repository must be resolved. */
  nodeId?: string;
  /** Fully qualified: `refs/heads/main`. */
  ref?: string;
  paths?: string[];
  /** What the ref is moved to, where it is something that GitHub has already: a commit id, or a name of one. */
  commit?: string;
  /** Issue or pull request. */
  number?: number;
  /** The call is about an account or the API itself, not about one repository. */
  account?: boolean;
}

export interface Intent {
  action: IntentAction;
  target: Target;
}

export interface Operation {
  surface: Surface;
  /** Stable name: `repos/get`, `git/receive-pack`, `mutation/mergePullRequest`. */
  id: string;
  class: OperationClass;
  intents: Intent[];
  method: string;
  /** Path without query. */
  path: string;
  host: string;
}

/** A call that must not be forwarded whatever policy says. */
export interface Refusal {
  code: ReasonCode;
  message: string;
}

export type Classification = { operation: Operation } | { refusal: Refusal };

/** The gravest class among intents; no intent at all is a bug of the table. */
export function gravestClass(intents: readonly Intent[]): OperationClass {
  const grades = intents.map((intent) => OPERATION_CLASSES.indexOf(INTENTS[intent.action].class));
  const gravest = OPERATION_CLASSES[Math.max(...grades)];
  if (gravest === undefined) throw new Error('an operation without intents cannot be classified');
  return gravest;
}

/** Whether the call changes nothing: only then may an offline read be served. */
export const isRead = (operation: Pick<Operation, 'class'>): boolean => operation.class === 'read';

/** Whether the call asks a model, and nothing else. It changes nothing at GitHub, but is counted. */
export const isModelCall = ({ intents }: Pick<Operation, 'intents'>): boolean =>
  intents.length > 0 && intents.every(({ action }) => action === 'model.call');

/** Whether one decision may serve for the same call again, for as long as the decision says. */
export const mayServeAgain = (operation: Pick<Operation, 'class' | 'intents'>): boolean =>
  isRead(operation) || isModelCall(operation);
