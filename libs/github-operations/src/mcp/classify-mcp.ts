import { surfaceOfHost } from '../hosts.js';
import { gravestClass, type Classification, type Intent, type Operation } from '../operation.js';
import { orRefusal, refuse } from '../unclassifiable.js';
import { scopeOf, type McpHeaders, type McpScope } from './mcp-address.js';
import { intentsOfCompletion, intentsOfResource } from './resource-targets.js';
import { isRecord, ToolArguments } from './tool-arguments.js';
import { TOOLS } from './tools.js';

export interface McpCall {
  host: string;
  /** POST carries messages, GET opens the server's stream, DELETE ends the client's MCP session. */
  method: string;
  /** Without query. */
  path: string;
  query?: string;
  /** Lower-case names, as node gives them. */
  headers: McpHeaders;
  /** The parsed JSON body of a POST (see parseStrictJson): one message, or a batch of them. */
  body?: unknown;
}

/** As for GraphQL; protocol versions since 2025-06-18 have no batches at all. */
const MAX_BATCH = 10;

type Fields = Readonly<Record<string, unknown>>;
interface Understood {
  id: string;
  intents: Intent[];
}

const server = (id: string): Understood => ({
  id,
  intents: [{ action: 'metadata.read', target: { account: true } }],
});

/** Names beside these could mean something to another reader of the same message. */
function requireOnly(fields: Fields, names: readonly string[], where: string): void {
  const other = Object.keys(fields).find((name) => !names.includes(name));
  if (other !== undefined) refuse('request_malformed', `"${other.slice(0, 64)}" does not belong in ${where}.`);
}

function toolCall(params: Fields, scope: McpScope): Understood {
  requireOnly(params, ['name', 'arguments', '_meta'], 'a tool call');
  const { name } = params;
  const rule = typeof name === 'string' ? TOOLS.get(name) : undefined;
  if (typeof name !== 'string' || !rule)
    return refuse(
      'operation_unknown',
      `The MCP tool "${String(name).slice(0, 64)}" is not one that Holdshort knows, and unknown calls are refused.`,
    );
  const given = params['arguments'] ?? {};
  if (!isRecord(given)) return refuse('request_malformed', 'The arguments of a tool call must be an object.');
  const intents = rule.intents(new ToolArguments(given));
  checkScope(name, intents, scope);
  return { id: `tool/${name}`, intents };
}

function checkScope(name: string, intents: readonly Intent[], scope: McpScope): void {
  if (scope.tools && !scope.tools.has(name))
    refuse('operation_unknown', `The MCP tool "${name}" is not among the toolsets and tools of this connection.`);
  if (scope.readonly && intents.some(isChange))
    refuse('operation_unknown', `The MCP tool "${name}" changes something, and this connection is read-only.`);
}

const isChange = ({ action }: Intent): boolean => !action.endsWith('.read');

type Reader = (params: Fields, scope: McpScope) => Understood;

const asServer =
  (id: string): Reader =>
  () =>
    server(id);
const resource =
  (id: string): Reader =>
  (params) => ({ id, intents: intentsOfResource(params['uri']) });

/** The requests of the protocol that are served; the specification's other ones go from server to client. */
const REQUESTS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...['initialize', 'ping', 'tools/list', 'prompts/list', 'prompts/get', 'logging/setLevel'].map(
    (method): [string, Reader] => [method, asServer(`mcp/${method}`)],
  ),
  ...['resources/list', 'resources/templates/list'].map((method): [string, Reader] => [
    method,
    asServer(`mcp/${method}`),
  ]),
  ...['resources/read', 'resources/subscribe', 'resources/unsubscribe'].map((method): [string, Reader] => [
    method,
    resource(`mcp/${method}`),
  ]),
  ['completion/complete', (params) => ({ id: 'mcp/completion/complete', intents: intentsOfCompletion(params) })],
  ['tools/call', toolCall],
]);

const NOTIFICATIONS = new Set([
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
]);

/** What a client answers to the server: nothing (to a ping), or that it cannot. Filled results are not let through. */
function response(message: Fields): Understood {
  requireOnly(message, ['jsonrpc', 'id', 'result', 'error'], 'an MCP response');
  const { result, error } = message;
  const isEmpty = isRecord(result) && Object.keys(result).length === 0;
  if (isEmpty !== (error === undefined)) refuse('operation_unknown', 'This answer to the MCP server is not served.');
  return server('mcp/response');
}

const isId = (id: unknown): boolean => typeof id === 'string' || (typeof id === 'number' && Number.isSafeInteger(id));

function understand(message: unknown, scope: McpScope): Understood {
  if (!isRecord(message) || message['jsonrpc'] !== '2.0')
    return refuse('request_malformed', 'An MCP message must be a JSON-RPC 2.0 object.');
  const { method, id } = message;
  if (method === undefined) return response(message);
  requireOnly(message, ['jsonrpc', 'id', 'method', 'params'], 'an MCP message');
  if (typeof method !== 'string') return refuse('request_malformed', 'The method of an MCP message must be text.');
  const params = message['params'] ?? {};
  if (!isRecord(params)) return refuse('request_malformed', 'The params of an MCP message must be an object.');
  if (id === undefined && NOTIFICATIONS.has(method)) return server(`mcp/${method}`);
  const read = REQUESTS.get(method);
  if (!read)
    return refuse('operation_unknown', `The MCP method "${method.slice(0, 64)}" is not one that Holdshort knows.`);
  if (!isId(id)) return refuse('request_malformed', 'An MCP request needs an id, a text or a whole number.');
  return read(params, scope);
}

function messagesOf(body: unknown): unknown[] {
  if (!Array.isArray(body)) return [body];
  if (body.length === 0 || body.length > MAX_BATCH)
    refuse('request_malformed', `An MCP batch holds 1 to ${MAX_BATCH} messages.`);
  return body;
}

function parts({ method, body }: McpCall, scope: McpScope): Understood[] {
  if (method === 'GET') return [server('mcp/stream')];
  if (method === 'DELETE') return [server('mcp/close')];
  if (method !== 'POST')
    return refuse('operation_unknown', `The MCP server is not called with ${method.slice(0, 16)}.`);
  return messagesOf(body).map((message) => understand(message, scope));
}

const MCP_HOST = /^api\.(?:[a-z0-9-]+\.)?githubcopilot\.com$/;

function operationOf(call: McpCall): { operation: Operation } {
  const { host, method, path, query = '', headers } = call;
  if (surfaceOfHost(host) !== 'copilot' || !MCP_HOST.test(host))
    refuse('operation_unknown', `GitHub's MCP server is not at ${host}.`);
  if (query !== '') refuse('operation_unknown', "An address of GitHub's MCP server has no query.");
  const understood = parts(call, scopeOf(path, headers));
  const intents = understood.flatMap((part) => part.intents);
  const id = [...new Set(understood.map((part) => part.id))].join('+').slice(0, 200);
  return { operation: { surface: 'mcp', id, class: gravestClass(intents), intents, method, path, host } };
}

/**
 * What a call to GitHub's MCP server would do: each tool call with its arguments, as the same intents that git and the
 * APIs have. One decision covers a batch: where one of its calls is refused, none is forwarded. Refused: unknown
 * tools, methods and addresses, arguments that a reader without regard to case could take for others, changes over a
 * read-only connection, tools outside the connection's toolsets. Never throws.
 */
export const classifyMcp = (call: McpCall): Classification => orRefusal(() => operationOf(call));
