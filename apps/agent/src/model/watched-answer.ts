import { once } from 'node:events';
import type { Transform } from 'node:stream';
import { AnswerReader, type ModelAnswer, type ModelApi, type Unparsed } from '@holdshort/model-traffic';
import { decoderFor } from './content-coding.js';

/** Coded bytes that may wait to be decoded; more means that decoding does not keep up. */
const MAX_WAITING = 1 << 20;
/** Decoded bytes of one answer that are read: hundreds of times the longest answer of a model. */
const MAX_DECODED = 64 << 20;

/** Reads an answer beside the stream that carries it: whatever goes wrong here is told, and touches nothing else. */
export class WatchedAnswer {
  readonly #reader: AnswerReader;
  readonly #decoder: Transform | undefined;
  #given: Unparsed | undefined;
  #decoded = 0;
  #ended: Promise<ModelAnswer> | undefined;

  constructor(api: ModelApi, contentType: string, coding: string | undefined) {
    this.#reader = new AnswerReader(api, /^text\/event-stream\b/i.test(contentType));
    const decoder = decoderFor(coding);
    if (decoder === 'unknown') this.#given = 'encoding';
    else
      this.#decoder = decoder
        ?.on('data', (chunk: Buffer) => this.#read(chunk))
        .on('error', () => this.#giveUp('encoding'));
  }

  push(chunk: Buffer): void {
    if (this.#given) return;
    if (!this.#decoder) this.#reader.push(chunk);
    else if (this.#decoder.writableLength > MAX_WAITING) this.#giveUp('too_large');
    else this.#decoder.write(chunk);
  }

  #read(chunk: Buffer): void {
    this.#decoded += chunk.length;
    if (this.#decoded > MAX_DECODED) this.#giveUp('too_large');
    else this.#reader.push(chunk);
  }

  #giveUp(reason: Unparsed): void {
    this.#given ??= reason;
    this.#decoder?.destroy();
  }

  /** The same for whoever asks. */
  end(): Promise<ModelAnswer> {
    return (this.#ended ??= this.#end());
  }

  async #end(): Promise<ModelAnswer> {
    const decoder = this.#decoder;
    if (decoder && !decoder.destroyed) {
      const ended = once(decoder, 'close').catch(() => undefined);
      decoder.end();
      await ended;
    }
    return this.#reader.end(this.#given);
  }
}
