import { contentText } from '../content-text.js';
import { asText, objectsOf, type Loose } from '../loose-json.js';
import type { RequestView } from './request-view.js';

/** OpenAI chat completions, as Copilot's `/chat/completions` has it too. */
export function readChat(body: Loose): RequestView | undefined {
  if (!Array.isArray(body['messages'])) return undefined;
  const messages = objectsOf(body['messages']);
  const users = messages.filter(({ role }) => role === 'user').map(({ content }) => contentText(content));
  return {
    model: asText(body['model']),
    prompt: users.findLast((text) => text !== undefined),
    results: messages.flatMap(({ role, tool_call_id: id, content }) =>
      role === 'tool' && typeof id === 'string' ? [{ callId: id, text: contentText(content) ?? '' }] : [],
    ),
  };
}
