/** What to do with the data of one event: the lines of its data, joined. */
export type EventListener = (data: string) => void;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Reads server-sent events (WHATWG HTML, "Server-sent events") from text in any pieces. An event over the limit is left
 * out and counted; no more than the limit is ever held.
 */
export class SseReader {
  readonly #limit: number;
  readonly #onEvent: EventListener;
  #line = '';
  /** Of the current line, whether it is kept or not. */
  #lineLength = 0;
  #data: string[] = [];
  #dataLength = 0;
  #isOver = false;
  #skipLineFeed = false;
  /** Events that were too long to be read. */
  dropped = 0;

  /** @param limit characters of one event */
  constructor(limit: number, onEvent: EventListener) {
    this.#limit = limit;
    this.#onEvent = onEvent;
  }

  push(text: string): void {
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === LINE_FEED && this.#skipLineFeed) from = at + 1;
      else if (code === LINE_FEED || code === CARRIAGE_RETURN) {
        this.#hold(text.slice(from, at));
        this.#endLine();
        from = at + 1;
      }
      this.#skipLineFeed = code === CARRIAGE_RETURN;
    }
    this.#hold(text.slice(from));
  }

  #hold(piece: string): void {
    this.#lineLength += piece.length;
    if (this.#dataLength + this.#lineLength > this.#limit) this.#isOver = true;
    if (this.#isOver) {
      this.#line = '';
      this.#data = [];
    } else this.#line += piece;
  }

  #endLine(): void {
    const isEmpty = this.#lineLength === 0;
    const value = /^data(?:: ?([^]*))?$/.exec(this.#line);
    this.#line = '';
    this.#lineLength = 0;
    if (isEmpty) this.#endEvent();
    else if (value) {
      this.#data.push(value[1] ?? '');
      this.#dataLength += value[1]?.length ?? 0;
    }
  }

  #endEvent(): void {
    const data = this.#data;
    this.#data = [];
    this.#dataLength = 0;
    if (this.#isOver) this.dropped += 1;
    else if (data.length > 0) this.#onEvent(data.join('\n'));
    this.#isOver = false;
  }

  /** Servers that close at once leave out the empty line after the last event. */
  end(): void {
    if (this.#lineLength > 0) this.#endLine();
    if (this.#data.length > 0 || this.#isOver) this.#endEvent();
  }
}
