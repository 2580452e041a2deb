import { createHash } from 'node:crypto';
import type { DigestedText } from './exchange.js';

/** Collects a text piece by piece: all of it goes into the digest, at most `limit` bytes of it are kept. */
export class BoundedText {
  readonly #hash = createHash('sha256');
  readonly #limit: number;
  #pieces: string[] | undefined = [];
  #bytes = 0;
  /** The first half of a character whose second half comes with the next piece. */
  #half = '';

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0 && this.#half === '';
  }

  append(piece: string): void {
    const text = this.#half + piece;
    const cut = /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
    this.#half = text.slice(cut);
    this.#add(text.slice(0, cut));
  }

  #add(text: string): void {
    if (text === '') return;
    const bytes = Buffer.from(text, 'utf8');
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes > this.#limit) this.#pieces = undefined;
    this.#pieces?.push(text);
  }

  /** The whole of it; nothing is appended afterwards. */
  end(): DigestedText {
    this.#add(this.#half);
    this.#half = '';
    const digest = { sha256: this.#hash.digest('hex'), bytes: this.#bytes };
    return this.#pieces ? { text: this.#pieces.join(''), ...digest } : digest;
  }
}

export function digestText(text: string, limit: number): DigestedText {
  const bounded = new BoundedText(limit);
  bounded.append(text);
  return bounded.end();
}
