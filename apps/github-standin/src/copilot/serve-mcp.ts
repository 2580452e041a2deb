import { randomUUID } from 'node:crypto';
import type { Actor } from '../access/actor.js';
import { GitHubError } from '../http/github-error.js';
import { readBody, type Exchange } from '../http/exchange.js';
import type { JsonObject } from '../rest/api-call.js';
import type { World } from '../world/world.js';
import { callApi } from './call-api.js';
import { MCP_TOOLS } from './mcp-tools.js';

const PROTOCOL = '2025-06-18';

interface Message {
  id?: string | number;
  method?: string;
  params?: JsonObject;
}

/** GitHub's MCP server over streamable HTTP: tool calls are answered as events, the rest as JSON. */
export async function serveMcp(world: World, exchange: Exchange, actor: Actor): Promise<void> {
  const { req, res } = exchange;
  if (req.method === 'GET') {
    openStream(exchange);
    return;
  }
  if (req.method === 'DELETE') {
    res.writeHead(204).end();
    return;
  }
  const body: unknown = JSON.parse((await readBody(req)).toString('utf8'));
  const messages = (Array.isArray(body) ? body : [body]) as Message[];
  const answers: object[] = [];
  for (const message of messages) {
    const answer = await answerTo(message, (name, args) => callTool(world, exchange, actor, { name, args }));
    if (answer) answers.push(answer);
  }
  send(exchange, messages, Array.isArray(body) ? answers : answers[0]);
}

/** The server's own stream: it says that it is there, and stays open until the client goes. */
function openStream({ res }: Exchange): void {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  res.write(': listening\n\n');
}

function send({ res }: Exchange, messages: readonly Message[], answer: unknown): void {
  if (answer === undefined || (Array.isArray(answer) && answer.length === 0)) {
    res.writeHead(202).end();
    return;
  }
  const text = JSON.stringify(answer);
  const session = messages.some(({ method }) => method === 'initialize') ? { 'mcp-session-id': randomUUID() } : {};
  if (messages.some(({ method }) => method === 'tools/call')) {
    res.writeHead(200, { 'content-type': 'text/event-stream', ...session });
    res.end(`event: message\ndata: ${text}\n\n`);
    return;
  }
  res.writeHead(200, { 'content-type': 'application/json', ...session }).end(text);
}

type CallTool = (name: string, args: JsonObject) => Promise<object>;

async function answerTo({ id, method = '', params = {} }: Message, call: CallTool): Promise<object | undefined> {
  if (id === undefined) return undefined;
  const result = await resultOf(method, params, call);
  return result
    ? { jsonrpc: '2.0', id, result }
    : { jsonrpc: '2.0', id, error: { code: -32_601, message: `Method not found: ${method}` } };
}

async function resultOf(method: string, params: JsonObject, call: CallTool): Promise<object | undefined> {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: params['protocolVersion'] ?? PROTOCOL,
        capabilities: { tools: {} },
        serverInfo: { name: 'github-standin', version: '1' },
      };
    case 'ping':
      return {};
    case 'tools/list':
      return { tools: Object.keys(MCP_TOOLS).map((name) => ({ name, inputSchema: { type: 'object' } })) };
    case 'tools/call':
      return call(String(params['name']), (params['arguments'] ?? {}) as JsonObject);
    default:
      return undefined;
  }
}

async function callTool(
  world: World,
  exchange: Exchange,
  actor: Actor,
  { name, args }: { name: string; args: JsonObject },
): Promise<object> {
  const tool = Object.hasOwn(MCP_TOOLS, name) ? MCP_TOOLS[name] : undefined;
  if (!tool) return failed(`unknown tool "${name}"`);
  try {
    const value = await tool(args, (method, path, body) => callApi(world, exchange, actor, { method, path, body }));
    return { content: [{ type: 'text', text: JSON.stringify(value ?? null) }] };
  } catch (error) {
    if (error instanceof GitHubError) return failed(`${String(error.status)} ${error.message}`);
    throw error;
  }
}

const failed = (text: string): object => ({ content: [{ type: 'text', text }], isError: true });
