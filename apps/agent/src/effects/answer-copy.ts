import type { IncomingHttpHeaders } from 'node:http';
import { decodeWhole } from '../model/content-coding.js';

/** Answers of writes are a few kB; a pull request with a long description is 30 kB. */
const MAX_BYTES = 1 << 20;

/** A copy of an answer as GitHub sent it, while it passes; of what is larger than 1 MiB, nothing. */
export class AnswerCopy {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #coding: string | undefined;

  begin(headers: IncomingHttpHeaders): void {
    this.#coding = headers['content-encoding'];
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_BYTES) this.#chunks = [];
    else this.#chunks.push(chunk);
  }

  /** Its text without content coding; undefined where it was too large or cannot be decoded. */
  async text(): Promise<string | undefined> {
    if (this.#bytes > MAX_BYTES) return undefined;
    const decoded = await decodeWhole(Buffer.concat(this.#chunks), this.#coding, MAX_BYTES);
    return Buffer.isBuffer(decoded) ? decoded.toString('utf8') : undefined;
  }
}
