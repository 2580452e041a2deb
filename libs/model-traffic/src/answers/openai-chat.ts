import { contentText } from '../content-text.js';
import { asCount, asObject, asText, objectsOf, type Loose } from '../loose-json.js';
import type { AnswerDraft } from './answer-draft.js';

function readUsage(draft: AnswerDraft, value: unknown): void {
  const usage = asObject(value);
  if (!usage) return;
  draft.usage({
    input: asCount(usage['prompt_tokens']),
    output: asCount(usage['completion_tokens']),
    cached: asCount(asObject(usage['prompt_tokens_details'])?.['cached_tokens']),
  });
}

function readCalls(draft: AnswerDraft, choice: string, calls: unknown): void {
  objectsOf(calls).forEach((call, n) => {
    const called = asObject(call['function']) ?? asObject(call['custom']);
    const place = `${choice}.${asCount(call['index']) ?? n}`;
    const piece = asText(called?.['arguments']) ?? asText(called?.['input']);
    draft.call(place, { id: asText(call['id']), name: asText(called?.['name']), piece });
  });
}

/** One chunk of a stream, or a whole answer: they differ in `delta` and `message`. */
export function foldChat(draft: AnswerDraft, event: Loose): void {
  draft.from(asText(event['model']), asText(event['id']));
  objectsOf(event['choices']).forEach((choice, n) => {
    const said = asObject(choice['delta']) ?? asObject(choice['message']);
    // of several choices the first is the one that assistants act on
    if ((asCount(choice['index']) ?? n) === 0) draft.text(contentText(said?.['content']));
    readCalls(draft, String(asCount(choice['index']) ?? n), said?.['tool_calls']);
    if (asText(choice['finish_reason']) !== undefined) draft.complete = true;
  });
  readUsage(draft, event['usage']);
}
