import { createHash } from 'node:crypto';

/**
 * What an approval of an MCP call is bound to: address, methods and parameters. The ids of the messages and `_meta`
 * (progress tokens) are left out: a client counts them up, so the same call repeated would never be the same.
 * @param body a JSON-RPC message or a batch, as it was classified
 */
export function mcpDigest(address: string, body: unknown): string {
  const messages: unknown[] = Array.isArray(body) ? body : [body];
  return createHash('sha256')
    .update(`${address}\n`)
    .update(JSON.stringify(messages.map(meaningOf)))
    .digest('hex');
}

function meaningOf(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return message;
  const { method, params, ...rest } = message as Record<string, unknown>;
  const extra = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'id' && name !== 'jsonrpc'));
  return { method, params: withoutMeta(params), ...extra };
}

function withoutMeta(params: unknown): unknown {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return params;
  return Object.fromEntries(Object.entries(params).filter(([name]) => name !== '_meta'));
}
