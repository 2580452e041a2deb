import { BoundedText } from '../bounded-text.js';
import { commandLines } from '../command-lines.js';
import type { ModelAnswer, TokenUsage, ToolCall, TrafficLimits, Unparsed } from '../exchange.js';

const MAX_ID = 256;

interface CallDraft {
  id: string;
  name: string;
  arguments: BoundedText;
}

/** An answer as it grows. Calls are told apart by the place that the form gives them. */
export class AnswerDraft {
  readonly #limits: TrafficLimits;
  readonly #text: BoundedText;
  readonly #calls = new Map<string, CallDraft>();
  #model: string | undefined;
  #id: string | undefined;
  #usage: TokenUsage = {};
  /** Set once the form's own end was read. */
  complete = false;
  unparsed: Unparsed | undefined;

  constructor(limits: TrafficLimits) {
    this.#limits = limits;
    this.#text = new BoundedText(limits.textBytes);
  }

  get hasText(): boolean {
    return !this.#text.isEmpty;
  }

  get hasCalls(): boolean {
    return this.#calls.size > 0;
  }

  from(model: string | undefined, id: string | undefined): void {
    this.#model ??= model?.slice(0, MAX_ID);
    this.#id ??= id?.slice(0, MAX_ID);
  }

  text(piece: string | undefined): void {
    if (piece !== undefined) this.#text.append(piece);
  }

  /** A call begins, or more of it comes: id and name once, arguments in pieces. */
  call(place: string, part: { id?: string | undefined; name?: string | undefined; piece?: string | undefined }): void {
    let draft = this.#calls.get(place);
    if (!draft) {
      if (this.#calls.size >= this.#limits.items) {
        this.unparsed ??= 'too_large';
        return;
      }
      draft = { id: '', name: '', arguments: new BoundedText(this.#limits.textBytes) };
      this.#calls.set(place, draft);
    }
    if (draft.id === '') draft.id = (part.id ?? '').slice(0, MAX_ID);
    if (draft.name === '') draft.name = (part.name ?? '').slice(0, MAX_ID);
    if (part.piece !== undefined) draft.arguments.append(part.piece);
  }

  hasArguments(place: string): boolean {
    return this.#calls.get(place)?.arguments.isEmpty === false;
  }

  /** Later figures count: streams tell them as they grow. */
  usage(usage: TokenUsage): void {
    const told = Object.entries(usage).filter(([, count]) => count !== undefined);
    this.#usage = { ...this.#usage, ...Object.fromEntries(told) };
  }

  end(): ModelAnswer {
    return {
      ...(this.#model === undefined ? {} : { model: this.#model }),
      ...(this.#id === undefined ? {} : { id: this.#id }),
      answer: this.#text.end(),
      toolCalls: [...this.#calls.values()].filter(({ id, name }) => id !== '' && name !== '').map(finished),
      usage: this.#usage,
      complete: this.complete,
      ...(this.unparsed === undefined ? {} : { unparsed: this.unparsed }),
    };
  }
}

function finished({ id, name, arguments: draft }: CallDraft): ToolCall {
  const written = draft.end();
  return { id, name, arguments: written, commands: written.text === undefined ? [] : commandLines(written.text) };
}
