import { asText, type Loose } from '../loose-json.js';
import type { RequestView } from './request-view.js';

/** The prompt as the engineer typed it, sent ahead so that Copilot can choose a model. */
export function readIntent(body: Loose): RequestView | undefined {
  const prompt = asText(body['prompt']);
  return prompt === undefined ? undefined : { model: undefined, prompt, results: [] };
}
