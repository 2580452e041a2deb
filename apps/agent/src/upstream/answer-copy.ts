import type { IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

/** Answers that say what a call made are of some kB; a pull request is about 30 kB. */
const MAX_BYTES = 256 << 10;
const MAX_PLAIN = 1 << 20;

const DECODERS: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** A copy of a short answer on its way to the client, which it neither delays nor changes. */
export class AnswerCopy {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: IncomingHttpHeaders = {};

  started(status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  data(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= MAX_BYTES) this.#chunks.push(chunk);
    else this.#chunks.length = 0;
  }

  /** Whether the answer is a stream of events. */
  get isStream(): boolean {
    return /^text\/event-stream\b/i.test(this.#headers['content-type'] ?? '');
  }

  /** The text of an answer that is one of success, or undefined: it is long, or in a coding that is not known. */
  text(): string | undefined {
    if (this.#status < 200 || this.#status >= 300 || this.#bytes > MAX_BYTES) return undefined;
    const whole = Buffer.concat(this.#chunks);
    const coding = this.#headers['content-encoding']?.toLowerCase().trim() ?? 'identity';
    if (coding === 'identity' || coding === '') return whole.toString('utf8');
    const decode = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined;
    return decode?.(whole, { maxOutputLength: MAX_PLAIN }).toString('utf8');
  }
}
