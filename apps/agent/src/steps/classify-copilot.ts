import { canonicalJson, sha256Hex } from '@holdshort/audit-events';
import { classifyCopilot, classifyMcp } from '@holdshort/github-operations';
import type { Exchange } from '../exchange/exchange.js';
import { adopt, jsonBody } from './classify.js';
import { mcpDigest } from './mcp-digest.js';

/** MCP over streamable HTTP: a POST's messages say what is called, GET and DELETE are about the connection. */
export function classifyMcpCall(exchange: Exchange): Promise<void> {
  const { host, method, path, query, request } = exchange;
  const body = exchange.body?.length ? jsonBody(exchange.body) : undefined;
  adopt(exchange, classifyMcp({ host, method, path, query, headers: request.headers, body }));
  const tool = toolArguments(body);
  if (tool !== undefined) exchange.toolArgumentsSha256 = sha256Hex(canonicalJson(tool));
  if (body !== undefined) exchange.digest = mcpDigest(`${host} ${method} ${path}?${query}`, body);
  return Promise.resolve();
}

/** The arguments of a message that calls a tool; the body was found to be a well-formed one. */
function toolArguments(body: unknown): unknown {
  const { method, params } = (body ?? {}) as { method?: unknown; params?: { arguments?: unknown } };
  return method === 'tools/call' ? (params?.arguments ?? {}) : undefined;
}

/** Copilot's other calls: method, host and path; what a prompt says does not change what the call is. */
export function classifyCopilotCall(exchange: Exchange): Promise<void> {
  const { host, method, path } = exchange;
  adopt(exchange, classifyCopilot({ host, method, path }));
  return Promise.resolve();
}
