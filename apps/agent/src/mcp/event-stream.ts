/** End of an event: an empty line, with any of the line ends that the format knows (HTML Standard, 9.2.6). */
const EVENT_END = /\r\n\r\n|\n\n|\r\r/g;
const LINE_END = /\r\n|\n|\r/;

const dataOf = (event: string): string =>
  event
    .split(LINE_END)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).replace(/^ /, ''))
    .join('\n');

/** The event with other data: its other fields (id, event, retry) stay, the data stands in one line behind them. */
function withData(event: string, data: string): string {
  const others = event.split(LINE_END).filter((line) => !line.startsWith('data:') && line !== '');
  return [...others, `data: ${data}`, '', ''].join('\n');
}

/** Rewrites the JSON messages of a server's event stream one by one, each as soon as it is whole. */
export class EventStreamRewriter {
  readonly #rewrite: (message: unknown) => unknown;
  /** Bytes as latin1 until an event is whole, so that no character of several bytes is cut. */
  #rest = '';

  constructor(rewrite: (message: unknown) => unknown) {
    this.#rewrite = rewrite;
  }

  push(chunk: Buffer): Buffer {
    const text = this.#rest + chunk.toString('latin1');
    let done = '';
    let from = 0;
    for (const end of text.matchAll(EVENT_END)) {
      done += this.#event(text.slice(from, end.index), end[0]);
      from = end.index + end[0].length;
    }
    this.#rest = text.slice(from);
    return Buffer.from(done, 'latin1');
  }

  /** The last event, where the stream ended without an empty line. */
  end(): Buffer {
    const last = this.#rest;
    this.#rest = '';
    return Buffer.from(this.#event(last, ''), 'latin1');
  }

  #event(event: string, end: string): string {
    const message = parse(Buffer.from(dataOf(event), 'latin1').toString('utf8'));
    const rewritten = message === undefined ? undefined : this.#rewrite(message);
    if (rewritten === undefined || rewritten === message) return event + end;
    return withData(event, Buffer.from(JSON.stringify(rewritten), 'utf8').toString('latin1'));
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined; // not a message: a comment, a ping; it goes through as it is
  }
}
