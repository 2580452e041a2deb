import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Changes an answer on its way, byte for byte; what it holds back comes at the end. */
export interface AnswerMask {
  /** The headers as they go on. An error that it throws ends the call. */
  start(headers: OutgoingHttpHeaders): OutgoingHttpHeaders;
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

/**
 * The answer to the client. The newest piece is always kept back, and so is the head before the first piece is
 * released: until the outcome is on disk the client has not seen the end, and a call can still be refused whole.
 */
export class Answer {
  readonly #response: ServerResponse;
  #head: { status: number; headers: OutgoingHttpHeaders } | undefined;
  #tail: Buffer | undefined;
  #mask: AnswerMask | undefined;
  /** Status that the client sees; 0 before one is chosen. */
  status = 0;
  /** Body bytes so far, the piece kept back included. */
  bytes = 0;
  githubRequestId: string | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** Whether a byte has left; from then on the status cannot change. */
  get released(): boolean {
    return this.#response.headersSent;
  }

  /** All that is pushed from now on goes through the mask. */
  maskWith(mask: AnswerMask): void {
    this.#mask = mask;
  }

  start(status: number, headers: OutgoingHttpHeaders): void {
    this.status = status;
    this.#head = { status, headers: this.#mask?.start(headers) ?? headers };
  }

  /** Keeps `chunk` back and releases the one before. False: the client is slow, wait for `drained`. */
  push(chunk: Buffer): boolean {
    return this.#keep(this.#mask?.push(chunk) ?? chunk);
  }

  /** Nothing more is pushed: what the mask still holds joins the rest. */
  complete(): void {
    const rest = this.#mask?.end();
    if (rest) this.#keep(rest);
  }

  #keep(chunk: Buffer): boolean {
    if (chunk.length === 0) return true;
    const previous = this.#tail;
    this.#tail = chunk;
    this.bytes += chunk.length;
    return previous ? this.#write(previous) : true;
  }

  /** Releases `chunk` at once: progress that a person waits for, an event. False as for `push`. */
  progress(chunk: Buffer): boolean {
    const ready = this.#mask?.push(chunk) ?? chunk;
    this.bytes += ready.length;
    return ready.length === 0 || this.#write(ready);
  }

  /** Releases the head alone, of a stream whose first event may be long in coming. */
  open(): void {
    this.#sendHead();
    if (!this.#response.destroyed) this.#response.flushHeaders();
  }

  #write(chunk: Buffer): boolean {
    this.#sendHead();
    return this.#response.destroyed || this.#response.write(chunk);
  }

  #sendHead(): void {
    if (!this.#head || this.#response.headersSent || this.#response.destroyed) return;
    this.#response.writeHead(this.#head.status, this.#head.headers);
  }

  drained(then: () => void): void {
    this.#response.once('drain', then);
  }

  /** The end: only after the outcome is recorded. */
  release(): void {
    if (this.#response.destroyed) return;
    this.#sendHead();
    if (this.#tail) this.#response.end(this.#tail);
    else this.#response.end();
  }

  /** Replaces whatever was kept back by `body`; for refusals. Cuts the connection where the answer had begun. */
  replace(status: number, headers: OutgoingHttpHeaders, body: Buffer): void {
    if (this.#response.destroyed) return;
    if (this.released) {
      this.#response.destroy();
      return;
    }
    this.status = status;
    this.bytes = body.length;
    this.#response.writeHead(status, { ...headers, 'content-length': body.length });
    this.#response.end(body);
  }

  /** Ends an answer that had begun as a stream (a held push) with its last words. */
  endWith(body: Buffer): void {
    if (this.#response.destroyed) return;
    this.bytes += body.length;
    this.#sendHead();
    this.#response.end(body);
  }
}
