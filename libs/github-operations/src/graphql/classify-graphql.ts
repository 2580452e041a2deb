import { OperationTypeNode } from 'graphql/language/ast.js';
import { gravestClass, type Classification, type Intent, type Operation } from '../operation.js';
import { orRefusal, refuse } from '../unclassifiable.js';
import { InputValue } from './input-value.js';
import { MUTATION_RULES } from './mutations.js';
import { readDocument } from './read-document.js';
import { nestedReads, queryReads, reachOfTargets, withoutRepeats } from './read-intents.js';
import { REF_MUTATIONS } from './ref-mutations.js';
import { FieldWalker, variablesOf, type Variables, type WalkedField } from './walk-fields.js';

export interface GraphqlCall {
  host: string;
  method: string;
  /** `/graphql` or `/api/graphql`. */
  path: string;
  /** The parsed JSON body (see parseStrictJson): one request, or a batch of them. */
  body: unknown;
}

/** GitHub takes no batches today; a proxy in front of it might. */
const MAX_BATCH = 10;

interface Understood {
  kind: 'query' | 'mutation';
  /** Root fields. */
  names: string[];
  intents: Intent[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function changesOf(field: WalkedField): Intent[] {
  const input = new InputValue(field.arguments['input'], 'The input of a mutation');
  const build = REF_MUTATIONS.get(field.name);
  if (build) return build(input);
  const rule = MUTATION_RULES.get(field.name);
  if (!rule)
    return refuse(
      'operation_unknown',
      `The GraphQL mutation "${field.name}" is not one that Holdshort knows, and unknown calls are refused.`,
    );
  if (rule.targets.length === 0) return [{ action: rule.action, target: { account: true } }];
  const ids = rule.targets.map((name) => input.text(name)).filter((id) => id !== undefined);
  if (ids.length === 0)
    return refuse('target_unresolved', `The GraphQL mutation "${field.name}" does not say what it would change.`);
  return ids.map((nodeId): Intent => ({ action: rule.action, target: { nodeId } }));
}

/** What it changes, then what it reads of its payload, which is as far from home as the change itself. */
function intentsOfMutation(field: WalkedField): Intent[] {
  if (field.name === '__typename') return [];
  const changes = changesOf(field);
  return [...changes, ...withoutRepeats(nestedReads(field.children(), reachOfTargets(changes)))];
}

function understandFields(kind: OperationTypeNode, roots: WalkedField[]): Understood {
  const names = [...new Set(roots.map((field) => field.name))].filter(
    (name) => name !== '__typename' || roots.length === 1,
  );
  if (kind === OperationTypeNode.QUERY) return { kind: 'query', names, intents: queryReads(roots) };
  if (kind === OperationTypeNode.SUBSCRIPTION)
    return refuse('operation_unknown', 'GraphQL subscriptions are not served.');
  const intents = roots.flatMap(intentsOfMutation);
  return intents.length > 0
    ? { kind: 'mutation', names, intents }
    : refuse('request_malformed', 'The GraphQL mutation does nothing.');
}

function variablesIn(value: unknown): Variables {
  if (value === undefined || value === null) return {};
  return isRecord(value) ? value : refuse('request_malformed', 'The variables of a GraphQL request must be an object.');
}

function understand(request: unknown): Understood {
  if (!isRecord(request)) return refuse('request_malformed', 'A GraphQL request must be a JSON object.');
  const { query, variables, operationName, extensions } = request;
  if (isRecord(extensions) && 'persistedQuery' in extensions)
    refuse('operation_unknown', 'Persisted GraphQL queries are not served; send the document.');
  if (typeof query !== 'string')
    return refuse('operation_unknown', 'A GraphQL request must carry its document in "query".');
  const isNamed = operationName !== undefined && operationName !== null && operationName !== '';
  if (isNamed && typeof operationName !== 'string') refuse('request_malformed', 'operationName must be text.');
  const document = readDocument(query, isNamed ? operationName : undefined);
  const walker = new FieldWalker(document, variablesOf(document, variablesIn(variables)));
  return understandFields(document.operation.operation, walker.roots());
}

function requestsOf(body: unknown): unknown[] {
  if (!Array.isArray(body)) return [body];
  if (body.length === 0 || body.length > MAX_BATCH)
    refuse('request_malformed', `A GraphQL batch holds 1 to ${MAX_BATCH} requests.`);
  return body;
}

/** `mutation/mergePullRequest`, `query/repository+viewer`: the kind, then the root fields in order. */
function idOf(parts: readonly Understood[]): string {
  const kind = parts.some((part) => part.kind === 'mutation') ? 'mutation' : 'query';
  return `${kind}/${[...new Set(parts.flatMap((part) => part.names))].join('+').slice(0, 200)}`;
}

function operationOf({ host, method, path, body }: GraphqlCall): { operation: Operation } {
  if (method !== 'POST')
    refuse('operation_unknown', `GraphQL is served by POST only, not by ${method} ${path.slice(0, 200)} on ${host}.`);
  const parts = requestsOf(body).map(understand);
  const intents = parts.flatMap((part) => part.intents);
  if (intents.length === 0) refuse('request_malformed', 'The GraphQL request asks for nothing.');
  return {
    operation: { surface: 'graphql', id: idOf(parts), class: gravestClass(intents), intents, method, path, host },
  };
}

/**
 * What a GraphQL request would do: each mutation with its arguments, each repository that a query
 * names. Directives are not believed (a skipped field counts as selected), aliases do not matter.
 * Refused: subscriptions, persisted queries, unknown mutations and query roots, several operations
 * without a name, anything over 100 kB, 5,000 tokens, depth 30. Never throws.
 */
export const classifyGraphql = (call: GraphqlCall): Classification => orRefusal(() => operationOf(call));
