import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { INTENTS, pathClassesOf, type IntentAction } from '@holdshort/github-operations';
import type { DecisionInput, DecisionPrincipal, DecisionRepository, RefChange } from './decision-input.js';
import { knownFindings } from './finding-kinds.js';
import { REF_INTENTS } from './generate-schema.js';
import { localTime } from './local-time.js';
import { noUsage } from './usage.js';

export interface CedarRequest {
  principal: TypeAndId;
  action: TypeAndId;
  resource: TypeAndId;
  context: Record<string, CedarValueJson>;
  entities: EntityJson[];
}

/** The input contradicts itself or leaves out what policy needs; such a call is refused. */
export interface Unjudgeable {
  reason: 'target_unresolved' | 'policy_error';
  message: string;
}

const uid = (type: string, id: string): TypeAndId => ({ type: `Holdshort::${type}`, id });
const entity = (self: TypeAndId, parents: TypeAndId[] = [], attrs: EntityJson['attrs'] = {}): EntityJson => ({
  uid: self,
  parents,
  attrs,
});

/** Cedar's entity types of principals, without the namespace. */
export const PRINCIPAL_TYPE = { assistant: 'Assistant', human: 'Human', workload: 'Workload' } as const;

function principalEntities(principal: DecisionPrincipal): EntityJson[] {
  const groups = principal.groups.map((group) => uid('Group', group));
  const { login, sub } = principal;
  const attrs: EntityJson['attrs'] =
    principal.kind === 'assistant' ? { login, sub, tool: principal.tool ?? '' } : { login, sub };
  const self = uid(PRINCIPAL_TYPE[principal.kind], principal.id);
  return [entity(self, groups, attrs), ...groups.map((group) => entity(group))];
}

function repositoryEntities(repository: DecisionRepository): EntityJson[] {
  const owner = repository.owner.toLowerCase();
  const name = repository.name.toLowerCase();
  const { defaultBranch, visibility, archived, protectedRefs } = repository;
  const parents = [uid('Org', owner), ...repository.sets.map((set) => uid('RepoSet', set))];
  const attrs = { owner, name, defaultBranch, visibility, archived, protectedRefs };
  return [entity(uid('Repo', `${owner}/${name}`), parents, attrs), ...parents.map((parent) => entity(parent))];
}

const same = (a: string | undefined, b: string): boolean => a === undefined || a.toLowerCase() === b.toLowerCase();

function targetsRepository({ intent }: DecisionInput): boolean {
  const { repo, repositoryId, nodeId } = intent.target;
  return repo !== undefined || repositoryId !== undefined || nodeId !== undefined;
}

function resourceEntities(input: DecisionInput): EntityJson[] | Unjudgeable {
  const { intent, repository } = input;
  if (!targetsRepository(input)) {
    const owner = intent.target.owner?.toLowerCase();
    return [entity(owner === undefined ? uid('Account', 'self') : uid('Org', owner))];
  }
  if (repository === undefined) {
    return {
      reason: 'target_unresolved',
      message: 'The repository of the call is not known to Holdshort, so no policy can permit it.',
    };
  }
  const { owner, repo, repositoryId } = intent.target;
  if (!same(owner, repository.owner) || !same(repo, repository.name) || !same(repositoryId, repository.id)) {
    return {
      reason: 'target_unresolved',
      message: 'The repository of the call and the one it was resolved to differ.',
    };
  }
  return repositoryEntities(repository);
}

const KIND_OF: Partial<Record<IntentAction, RefChange['kind']>> = {
  'ref.create': 'create',
  'ref.update': 'update',
  'ref.force': 'force',
  'ref.delete': 'delete',
};

const UNREAD = { commits: 0, files: 0, bytes: 0, pathClasses: [], secrets: 0 };

/** The change as the intent alone tells it; a ref intent without a ref means the default branch. */
function changeOfIntent({ intent, repository }: DecisionInput): RefChange | undefined {
  const { ref, paths = [] } = intent.target;
  const kind = KIND_OF[intent.action];
  if (kind === undefined && ref === undefined && paths.length === 0) return undefined;
  const files = paths.length;
  const name = ref ?? `refs/heads/${repository?.defaultBranch ?? ''}`;
  return { ...UNREAD, files, ref: name, kind: kind ?? 'update', isDefault: false, isProtected: false };
}

/** The stricter of what the caller says and what repository and intent say. */
function strictest(change: RefChange, { intent, repository }: DecisionInput): RefChange {
  const isDefault = change.ref === `refs/heads/${repository?.defaultBranch ?? ''}`;
  const isProtected = repository?.protectedRefs.includes(change.ref) ?? false;
  return {
    ...change,
    isDefault: change.isDefault || isDefault,
    isProtected: change.isProtected || isProtected,
    pathClasses: [...new Set([...change.pathClasses, ...pathClassesOf(intent.target.paths ?? [])])],
  };
}

function contradiction({ intent, push }: DecisionInput): Unjudgeable | undefined {
  const kind = KIND_OF[intent.action];
  const { ref } = intent.target;
  const agrees =
    push === undefined || ((kind === undefined || push.kind === kind) && (ref === undefined || push.ref === ref));
  return agrees
    ? undefined
    : { reason: 'policy_error', message: 'The description of the ref change contradicts the intent of the call.' };
}

/** Ref intents always carry the change, others where something is known of it. */
function changeOf(input: DecisionInput): RefChange | undefined {
  const change = input.push ?? changeOfIntent(input);
  return change === undefined ? undefined : strictest(change, input);
}

export const isRefChange = (action: IntentAction): boolean => REF_INTENTS.some((ref) => ref === action);

const gateReference = (gate: string): CedarValueJson => ({ __entity: uid('Gate', gate) });

/** Calls that write nothing which others could read. */
const UNREAD_BY_OTHERS: ReadonlySet<IntentAction> = new Set(['model.call', 'telemetry.send']);

/** Whether everybody can read what the call writes. Outside a repository (gists, projects) that is taken for granted. */
function reachesPublic({ intent, repository }: DecisionInput): boolean {
  if (INTENTS[intent.action].class === 'read' || UNREAD_BY_OTHERS.has(intent.action)) return false;
  return repository === undefined || repository.visibility === 'public';
}

const sessionOf = ({ session }: DecisionInput): CedarRequest['context'] => ({
  id: session.id,
  humanPresent: session.humanPresent,
  tainted: session.tainted ?? false,
  breakGlass: session.breakGlass ?? false,
});

function contextOf(input: DecisionInput, gates: readonly string[], zone: string): CedarRequest['context'] {
  const { now, surface, operation, method } = input;
  const change = changeOf(input);
  return {
    now: { __extn: { fn: 'datetime', arg: now.toISOString() } },
    minuteOfDay: now.getUTCHours() * 60 + now.getUTCMinutes(),
    weekday: now.getUTCDay() === 0 ? 7 : now.getUTCDay(),
    local: { ...localTime(now, zone) },
    surface,
    operation,
    method,
    session: sessionOf(input),
    toPublic: reachesPublic(input),
    usage: { session: input.usage?.session ?? noUsage(), engineer: input.usage?.engineer ?? noUsage() },
    gates: gates.map(gateReference),
    findings: knownFindings(input.findings ?? []),
    ...(change === undefined ? {} : { push: { ...change } }),
  };
}

/** An entity given twice is an error to Cedar; a group may come twice from the identity provider. */
function withoutRepeats(entities: readonly EntityJson[]): EntityJson[] {
  return [...new Map(entities.map((entry) => [JSON.stringify(entry.uid), entry])).values()];
}

/**
 * The question to Cedar, with only the entities that it needs: they are parsed again at each call.
 * @param zone in which `context.local` is told
 */
export function buildRequest(input: DecisionInput, gates: readonly string[], zone: string): CedarRequest | Unjudgeable {
  const resources = resourceEntities(input);
  if (!Array.isArray(resources)) return resources;
  const conflict = contradiction(input);
  if (conflict) return conflict;
  const principals = principalEntities(input.principal);
  return {
    principal: uid(PRINCIPAL_TYPE[input.principal.kind], input.principal.id),
    action: uid('Action', input.intent.action),
    resource: resources[0]?.uid as TypeAndId,
    context: contextOf(input, gates, zone),
    entities: withoutRepeats([...principals, ...resources]),
  };
}
