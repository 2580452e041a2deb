import type { ModelApi } from './exchange.js';

const PATHS: readonly [RegExp, ModelApi][] = [
  [/\/chat\/completions$/, 'openai-chat'],
  [/\/responses$/, 'openai-responses'],
  [/\/v1\/messages$/, 'anthropic-messages'],
  [/^\/(?:auto|models\/session\/intent)$/, 'copilot-intent'],
];

/** Which form a call has, by its path; undefined for calls that carry no prompt. @param path without query */
export const modelApiOf = (method: string, path: string): ModelApi | undefined =>
  method === 'POST' ? PATHS.find(([pattern]) => pattern.test(path))?.[1] : undefined;
