import { asCount, asObject, asText, objectsOf, type Loose } from '../loose-json.js';
import type { AnswerDraft } from './answer-draft.js';

function readUsage(draft: AnswerDraft, value: unknown): void {
  const usage = asObject(value);
  if (!usage) return;
  draft.usage({
    input: asCount(usage['input_tokens']),
    output: asCount(usage['output_tokens']),
    cached: asCount(usage['cache_read_input_tokens']),
  });
}

/** A block begins (stream), or stands there whole. A call's input comes in pieces, or at once. */
function readBlock(draft: AnswerDraft, place: string, block: Loose): void {
  if (block['type'] === 'text') draft.text(asText(block['text']));
  if (block['type'] !== 'tool_use') return;
  const input = asObject(block['input']);
  const piece = input && Object.keys(input).length > 0 ? JSON.stringify(input) : undefined;
  draft.call(place, { id: asText(block['id']), name: asText(block['name']), piece });
}

function readMessage(draft: AnswerDraft, message: Loose): void {
  draft.from(asText(message['model']), asText(message['id']));
  readUsage(draft, message['usage']);
  objectsOf(message['content']).forEach((block, n) => readBlock(draft, String(n), block));
}

/** One event of a stream, or a whole answer. */
export function foldAnthropic(draft: AnswerDraft, event: Loose): void {
  const place = String(asCount(event['index']) ?? 0);
  const delta = asObject(event['delta']) ?? {};
  switch (event['type']) {
    case 'message':
      readMessage(draft, event);
      draft.complete = true;
      break;
    case 'message_start':
      readMessage(draft, asObject(event['message']) ?? {});
      break;
    case 'content_block_start':
      readBlock(draft, place, asObject(event['content_block']) ?? {});
      break;
    case 'content_block_delta':
      draft.text(asText(delta['text']));
      if (delta['type'] === 'input_json_delta') draft.call(place, { piece: asText(delta['partial_json']) });
      break;
    case 'message_delta':
      readUsage(draft, event['usage']);
      break;
    case 'message_stop':
      draft.complete = true;
      break;
  }
}
