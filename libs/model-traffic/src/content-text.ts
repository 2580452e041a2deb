import { asText, objectsOf } from './loose-json.js';

/** The text of a message's content: a string, or the text parts of a list; undefined where it has none. */
export function contentText(content: unknown): string | undefined {
  const whole = asText(content);
  if (whole !== undefined) return whole;
  const parts = objectsOf(content)
    .map((part) => asText(part['text']) ?? asText(part['refusal']))
    .filter((text) => text !== undefined);
  return parts.length > 0 ? parts.join('\n') : undefined;
}
