import { digestText } from './bounded-text.js';
import { TRAFFIC_LIMITS, type ModelApi, type ModelRequest, type TrafficLimits, type Unparsed } from './exchange.js';
import { parseLoose, type Loose } from './loose-json.js';
import { readAnthropic } from './requests/anthropic-messages.js';
import { readIntent } from './requests/copilot-intent.js';
import { readChat } from './requests/openai-chat.js';
import { readResponses } from './requests/openai-responses.js';
import type { RequestView } from './requests/request-view.js';

const READERS: Readonly<Record<ModelApi, (body: Loose) => RequestView | undefined>> = {
  'openai-chat': readChat,
  'openai-responses': readResponses,
  'anthropic-messages': readAnthropic,
  'copilot-intent': readIntent,
};

/** Ids are the client's own words: what is longer is none of the forms that models give. */
const MAX_ID = 256;

/** Reads the body of a request to a model. Never throws: what it does not understand comes back with the reason. */
export function readModelRequest(
  api: ModelApi,
  body: string,
  limits: TrafficLimits = TRAFFIC_LIMITS,
): ModelRequest | { unparsed: Unparsed } {
  const parsed = parseLoose(body);
  if (!parsed) return { unparsed: 'not_json' };
  try {
    const view = READERS[api](parsed);
    if (!view) return { unparsed: 'unknown_form' };
    const results = view.results.filter(({ callId }) => callId.length <= MAX_ID).slice(-limits.items);
    return {
      api,
      model: (view.model ?? '').slice(0, MAX_ID),
      ...(view.prompt === undefined ? {} : { prompt: digestText(view.prompt, limits.textBytes) }),
      toolResults: results.map(({ callId, text }) => ({ callId, result: digestText(text, limits.textBytes) })),
    };
  } catch {
    return { unparsed: 'failed' };
  }
}
