import { contentText } from '../content-text.js';
import { asText, objectsOf, type Loose } from '../loose-json.js';
import type { RequestView } from './request-view.js';

const resultsOf = ({ content }: Loose): RequestView['results'] =>
  objectsOf(content).flatMap(({ type, tool_use_id: id, content: result }) =>
    type === 'tool_result' && typeof id === 'string' ? [{ callId: id, text: contentText(result) ?? '' }] : [],
  );

/** What Claude Code adds in parts of its own, around what the engineer wrote. */
const REMINDER = /^\s*<system-reminder>[^]*<\/system-reminder>\s*$/;

/**
 * A message that brings results of tools brings no prompt: text beside them is the assistant's own (reminders), not the
 * engineer's.
 */
function promptOf(message: Loose): string | undefined {
  if (resultsOf(message).length > 0) return undefined;
  const parts = objectsOf(message['content']);
  const own = parts.filter((part) => !REMINDER.test(asText(part['text']) ?? ''));
  return contentText(own.length > 0 ? own : message['content']);
}

/** Anthropic messages: results of tools stand in messages of the user's role. */
export function readAnthropic(body: Loose): RequestView | undefined {
  if (!Array.isArray(body['messages'])) return undefined;
  const users = objectsOf(body['messages']).filter(({ role }) => role === 'user');
  return {
    model: asText(body['model']),
    prompt: users.map(promptOf).findLast((text) => text !== undefined),
    results: users.flatMap(resultsOf),
  };
}
