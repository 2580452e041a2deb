import { PATH_CLASSES } from '@holdshort/github-operations';
import { contextPath } from './caps.js';
import { FINDING_KINDS } from './finding-kinds.js';
import { isOwnerName, isRepositoryName } from './place-names.js';

type Json = Record<string, unknown>;

const asJson = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

/** Attributes whose values come from a closed list: any other word is a slip that would never match. */
const CLOSED: Readonly<Record<string, readonly string[]>> = {
  'context.findings': Object.keys(FINDING_KINDS),
  'context.surface': ['git', 'lfs', 'rest', 'graphql', 'mcp', 'copilot', 'download', 'upload'],
  'context.push.kind': ['create', 'update', 'force', 'delete'],
  'context.push.pathClasses': [...PATH_CLASSES, 'unknown'],
  'resource.visibility': ['public', 'private', 'internal'],
};

function attributeOf(expression: unknown): string | undefined {
  const path = contextPath(expression);
  if (path !== undefined) return `context.${path.join('.')}`;
  const { left, attr } = asJson(asJson(expression)['.']);
  return asJson(left)['Var'] === 'resource' && typeof attr === 'string' ? `resource.${attr}` : undefined;
}

function wordsOf(expression: unknown): string[] {
  const { Value: value, Set: set } = asJson(expression);
  if (typeof value === 'string') return [value];
  return Array.isArray(set) ? set.flatMap(wordsOf) : [];
}

function slipsBetween(one: unknown, other: unknown): string[] {
  const attribute = attributeOf(one);
  const allowed = attribute === undefined ? undefined : CLOSED[attribute];
  if (attribute === undefined || allowed === undefined) return [];
  return wordsOf(other)
    .filter((word) => !allowed.includes(word))
    .map((word) => `${attribute} is never "${word}"; it knows ${allowed.join(', ')}.`);
}

/** Cedar's schema has no closed lists of words, so a misspelt one would pass it and never match: the policy would be void. */
export function wordProblems(json: unknown): string[] {
  if (typeof json !== 'object' || json === null) return [];
  const own = Object.values(json).flatMap((node) => {
    const { left, right } = asJson(node);
    return left === undefined || right === undefined
      ? []
      : [...slipsBetween(left, right), ...slipsBetween(right, left)];
  });
  return [...new Set([...own, ...Object.values(json).flatMap(wordProblems)])];
}

const PRINCIPALS = new Set(['Holdshort::Human', 'Holdshort::Assistant', 'Holdshort::Workload']);

function placeProblem(type: string, id: string): string | undefined {
  if ((type === 'Holdshort::Org' || type === 'Holdshort::Repo') && id !== id.toLowerCase())
    return `${id} must be written in lower case: names compare without case.`;
  if (type === 'Holdshort::Repo' && !isRepositoryName(id)) return `${id} must be written as owner/name.`;
  if (type === 'Holdshort::Org' && !isOwnerName(id)) return `${id} is a repository; write Holdshort::Repo::"${id}".`;
  return undefined;
}

function entityProblem(type: unknown, id: unknown): string | undefined {
  if (typeof type !== 'string' || typeof id !== 'string') return undefined;
  if (type === 'Holdshort::Account')
    return id === 'self' ? undefined : 'The only account is Holdshort::Account::"self".';
  if (PRINCIPALS.has(type))
    return `${type}::"${id}" names a single session, which no policy outlives; use a group, or principal.login.`;
  return placeProblem(type, id);
}

/** Entities that a policy names and that no request ever brings, so that the policy would be void. */
export function entityProblems(json: unknown): string[] {
  if (typeof json !== 'object' || json === null) return [];
  const { type, id } = json as Json;
  const own = entityProblem(type, id);
  return [...new Set([...(own === undefined ? [] : [own]), ...Object.values(json).flatMap(entityProblems)])];
}
