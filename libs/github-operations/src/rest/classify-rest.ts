import { surfaceOfHost } from '../hosts.js';
import { isOwnerName, isRepoName } from '../names.js';
import { gravestClass, type Classification, type Operation, type Target } from '../operation.js';
import { orRefusal, refuse } from '../unclassifiable.js';
import { CallParameters } from './call-parameters.js';
import { actionsOf, type RestOperation } from './rest-operation.js';
import { route, type RouteMatch } from './router.js';
import { intentsOfRest } from './targets.js';

export interface RestCall {
  host: string;
  method: string;
  /** As on the wire, without query and without a prefix such as `/api/v3`. */
  path: string;
  query?: string | URLSearchParams;
  /** The parsed JSON body (see parseStrictJson); undefined where there is none. Other body types are the caller's to refuse. */
  body?: unknown;
}

const NUMBERS = ['issue_number', 'pull_number'] as const;

/** Parameters whose values may themselves hold a slash, percent-encoded, in one segment. */
const MAY_HOLD_SLASH = new Set([
  'name',
  'environment_name',
  'package_name',
  'custom_property_name',
  'path',
  'ref',
  'branch',
]);

function checkSlashes({ operation, params }: RouteMatch): void {
  for (const [name, value] of Object.entries(params)) {
    const spans = operation.template.includes(`{+${name}}`);
    if (value.includes('/') && !spans && !MAY_HOLD_SLASH.has(name))
      refuse('request_malformed', `An encoded slash cannot stand in {${name}} of ${operation.template}.`);
  }
}

function repositoryTarget(owner: string, repo: string): Target {
  if (!isOwnerName(owner) || !isRepoName(repo))
    refuse('request_malformed', 'Owner or repository in the path is not a name that GitHub gives.');
  return { owner, repo };
}

function numberOf(params: Readonly<Record<string, string>>): { number?: number } {
  const text = NUMBERS.map((name) => params[name]).find((value) => value !== undefined);
  if (text === undefined) return {};
  if (!/^[1-9][0-9]{0,9}$/.test(text))
    refuse('request_malformed', 'The issue or pull request in the path must be a number.');
  return { number: Number(text) };
}

function accountTarget({ org, username }: Readonly<Record<string, string>>): Target {
  const owner = org ?? username;
  if (owner === undefined) return { account: true };
  return isOwnerName(owner)
    ? { owner, account: true }
    : refuse('request_malformed', 'The account in the path is not a name that GitHub gives.');
}

function targetOf(params: Readonly<Record<string, string>>): Target {
  const { owner = params['template_owner'], repo = params['template_repo'], repository_number: id } = params;
  if (id !== undefined) return { repositoryId: id, ...numberOf(params) };
  if (owner === undefined || repo === undefined) return accountTarget(params);
  return { ...repositoryTarget(owner, repo), ...numberOf(params) };
}

/** uploads.github.com serves uploads and nothing else; they are served nowhere else. */
function checkHost({ uploads, method }: RestOperation, { host, path }: RestCall): void {
  if (uploads !== (surfaceOfHost(host) === 'uploads')) unknown({ host, method, path });
}

const unknown = ({ method, host, path }: RestCall): never =>
  refuse(
    'operation_unknown',
    `${method} ${path.slice(0, 200)} on ${host} is not an operation that Holdshort knows, and unknown calls are refused.`,
  );

function find(call: RestCall): RouteMatch {
  const found = route(call.method, call.path);
  if (found === 'malformed')
    return refuse(
      'request_malformed',
      'The path cannot be read in only one way (empty, dot or badly encoded segments).',
    );
  if (found === 'unknown') return unknown(call);
  checkHost(found.operation, call);
  checkSlashes(found);
  return found;
}

function operationOf(call: RestCall): { operation: Operation } {
  const { operation, params } = find(call);
  const actions = actionsOf(operation) ?? unknown(call);
  const parameters = new CallParameters(call.query, call.body);
  const intents = intentsOfRest(operation.id, { target: targetOf(params), params, call: parameters, actions });
  const { host, method, path } = call;
  const surface = operation.uploads ? 'upload' : 'rest';
  return { operation: { surface, id: operation.id, class: gravestClass(intents), intents, method, path, host } };
}

/**
 * What a REST call would do. An intent on a ref without `ref` means the repository's default branch.
 * Refusals: `operation_unknown` (not in the table), `request_malformed` (readable in two ways),
 * `target_unresolved` (the body does not say what would change). Never throws.
 */
export const classifyRest = (call: RestCall): Classification => orRefusal(() => operationOf(call));
