import { contentText } from '../content-text.js';
import { asCount, asObject, asText, objectsOf, type Loose } from '../loose-json.js';
import type { AnswerDraft } from './answer-draft.js';

const CALLS = new Set(['function_call', 'custom_tool_call', 'local_shell_call']);
const ENDS = new Set(['response.completed', 'response.incomplete', 'response.failed']);

function readUsage(draft: AnswerDraft, value: unknown): void {
  const usage = asObject(value);
  if (!usage) return;
  draft.usage({
    input: asCount(usage['input_tokens']),
    output: asCount(usage['output_tokens']),
    cached: asCount(asObject(usage['input_tokens_details'])?.['cached_tokens']),
  });
}

/** The arguments as they stand in a finished item; a local shell's action is the argument. */
function argumentsOf(item: Loose): string | undefined {
  const action = asObject(item['action']);
  return asText(item['arguments']) ?? asText(item['input']) ?? (action && JSON.stringify(action));
}

function readItem(draft: AnswerDraft, place: string, item: Loose): void {
  const type = asText(item['type']) ?? '';
  if (CALLS.has(type)) {
    const piece = draft.hasArguments(place) ? undefined : argumentsOf(item);
    const name = asText(item['name']) ?? (type === 'local_shell_call' ? 'local_shell' : undefined);
    draft.call(place, { id: asText(item['call_id']) ?? asText(item['id']), name, piece: piece || undefined });
  }
}

const isMessage = ({ type }: Loose): boolean => type === 'message';

/** A whole response; after a stream, whatever the stream's events did not bring. */
function readWhole(draft: AnswerDraft, response: Loose): void {
  draft.from(asText(response['model']), asText(response['id']));
  readUsage(draft, response['usage']);
  const output = objectsOf(response['output']);
  if (!draft.hasText) output.filter(isMessage).forEach((item) => draft.text(contentText(item['content'])));
  if (!draft.hasCalls) output.forEach((item, n) => readItem(draft, String(n), item));
}

/** One event of a stream, or a whole answer. */
export function foldResponses(draft: AnswerDraft, event: Loose): void {
  const type = asText(event['type']) ?? '';
  const place = String(asCount(event['output_index']) ?? asText(event['item_id']) ?? 0);
  const response = asObject(event['response']);
  if (response) readWhole(draft, response);
  else if (event['object'] === 'response') {
    readWhole(draft, event);
    draft.complete = event['status'] === 'completed';
  } else if (type === 'response.output_text.delta') draft.text(asText(event['delta']));
  else if (type.endsWith('_call_arguments.delta') || type === 'response.custom_tool_call_input.delta')
    draft.call(place, { piece: asText(event['delta']) });
  else if (type.startsWith('response.output_item.')) readItem(draft, place, asObject(event['item']) ?? {});
  if (ENDS.has(type)) draft.complete = true;
}
