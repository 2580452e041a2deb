import { contentText } from '../content-text.js';
import { asText, objectsOf, type Loose } from '../loose-json.js';
import type { RequestView } from './request-view.js';

const OUTPUTS = new Set(['function_call_output', 'custom_tool_call_output', 'local_shell_call_output']);

const isUser = ({ type, role }: Loose): boolean => role === 'user' && (type === undefined || type === 'message');

/** The output of a call is a text, or a list of parts, or JSON of the assistant's own. */
const outputText = (output: unknown): string =>
  contentText(output) ?? (output === undefined ? '' : JSON.stringify(output));

/** OpenAI responses: the input is a text, or a list of messages, calls and their outputs. */
export function readResponses(body: Loose): RequestView | undefined {
  const whole = asText(body['input']);
  if (whole === undefined && !Array.isArray(body['input'])) return undefined;
  const items = objectsOf(body['input']);
  const users = items.filter(isUser).map(({ content }) => contentText(content));
  return {
    model: asText(body['model']),
    prompt: whole ?? users.findLast((text) => text !== undefined),
    results: items.flatMap(({ type, call_id: id, output }) =>
      OUTPUTS.has(asText(type) ?? '') && typeof id === 'string' ? [{ callId: id, text: outputText(output) }] : [],
    ),
  };
}
