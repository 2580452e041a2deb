import type { Unparsed } from '@holdshort/model-traffic';
import type { CaptureBudget } from './capture-budget.js';
import { decodeWhole } from './content-coding.js';

/** Longest request that is read; a conversation of 500,000 tokens has about this many bytes. */
const MAX_REQUEST = 4 << 20;

/** A copy of a request's body, made while it passes. */
export class CapturedRequest {
  readonly #budget: CaptureBudget;
  readonly #coding: string | undefined;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #isOver = false;

  constructor(budget: CaptureBudget, coding: string | undefined) {
    this.#budget = budget;
    this.#coding = coding;
  }

  push(chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#bytes + chunk.length > MAX_REQUEST || !this.#budget.take(chunk.length)) {
      this.#isOver = true;
      this.#drop();
      return;
    }
    this.#pieces.push(chunk);
    this.#bytes += chunk.length;
  }

  /** The text; nothing of it is held any longer. */
  async end(): Promise<string | { unparsed: Unparsed }> {
    if (this.#isOver) return { unparsed: 'too_large' };
    const body = Buffer.concat(this.#pieces);
    this.#drop();
    const decoded = await decodeWhole(body, this.#coding, MAX_REQUEST);
    return Buffer.isBuffer(decoded) ? decoded.toString('utf8') : decoded;
  }

  #drop(): void {
    this.#budget.give(this.#bytes);
    this.#pieces = [];
    this.#bytes = 0;
  }
}
