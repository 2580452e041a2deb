import { mayOfferTool } from '@holdshort/github-operations';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A message of the MCP server, or a batch of them, with the tools left out of every tool list that policy would refuse
 * whatever their arguments. Other messages are returned as they are.
 */
export function withOfferedTools(message: unknown, permitted: ReadonlySet<string>): unknown {
  if (Array.isArray(message)) return message.map((entry) => withOfferedTools(entry, permitted));
  const result = isRecord(message) ? message['result'] : undefined;
  if (!isRecord(message) || !isRecord(result) || !Array.isArray(result['tools'])) return message;
  const tools = result['tools'].filter(
    (tool: unknown) => isRecord(tool) && typeof tool['name'] === 'string' && mayOfferTool(tool['name'], permitted),
  );
  return { ...message, result: { ...result, tools } };
}
