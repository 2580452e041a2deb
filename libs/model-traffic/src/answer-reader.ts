import { AnswerDraft } from './answers/answer-draft.js';
import { foldAnthropic } from './answers/anthropic-messages.js';
import { foldChat } from './answers/openai-chat.js';
import { foldResponses } from './answers/openai-responses.js';
import { TRAFFIC_LIMITS, type ModelAnswer, type ModelApi, type TrafficLimits } from './exchange.js';
import { parseLoose, type Loose } from './loose-json.js';
import { SseReader } from './sse-reader.js';

const FOLDS: Readonly<Record<ModelApi, (draft: AnswerDraft, event: Loose) => void>> = {
  'openai-chat': foldChat,
  'openai-responses': foldResponses,
  'anthropic-messages': foldAnthropic,
  'copilot-intent': () => undefined,
};

/**
 * Reads a model's answer while it passes, in any pieces. Never throws and never holds more than the limits: what it
 * does not understand it names in `unparsed`.
 */
export class AnswerReader {
  readonly #fold: (draft: AnswerDraft, event: Loose) => void;
  readonly #limits: TrafficLimits;
  readonly #draft: AnswerDraft;
  readonly #decoder = new TextDecoder('utf-8');
  readonly #events: SseReader | undefined;
  #whole = '';

  /** @param isStream whether the answer is a stream of events, by its content type */
  constructor(api: ModelApi, isStream: boolean, limits: TrafficLimits = TRAFFIC_LIMITS) {
    this.#fold = FOLDS[api];
    this.#limits = limits;
    this.#draft = new AnswerDraft(limits);
    if (isStream) this.#events = new SseReader(limits.messageBytes, (data) => this.#event(data));
  }

  push(chunk: Uint8Array): void {
    this.#guarded(() => {
      const text = this.#decoder.decode(chunk, { stream: true });
      if (this.#events) this.#events.push(text);
      else this.#collect(text);
    });
  }

  /** @param reason why the rest of the answer cannot be read, where something outside knows */
  end(reason?: ModelAnswer['unparsed']): ModelAnswer {
    if (reason) this.#draft.unparsed ??= reason;
    this.#guarded(() => {
      this.#events?.end();
      if (this.#events?.dropped) this.#draft.unparsed ??= 'too_large';
      if (!this.#events && this.#whole !== '') this.#apply(this.#whole);
    });
    this.#whole = '';
    return this.#draft.end();
  }

  #collect(text: string): void {
    if (this.#draft.unparsed) return;
    this.#whole += text;
    if (this.#whole.length <= this.#limits.messageBytes) return;
    this.#whole = '';
    this.#draft.unparsed = 'too_large';
  }

  #event(data: string): void {
    // how OpenAI's forms end; it is no JSON
    if (data === '[DONE]') this.#draft.complete = true;
    else this.#apply(data);
  }

  #apply(json: string): void {
    const event = parseLoose(json);
    if (event) this.#fold(this.#draft, event);
    else this.#draft.unparsed ??= 'not_json';
  }

  #guarded(read: () => void): void {
    try {
      read();
    } catch {
      this.#draft.unparsed ??= 'failed';
    }
  }
}
