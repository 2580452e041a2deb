import type { OutgoingHttpHeaders } from 'node:http';
import { HoldshortError } from '@holdshort/errors';
import { Masker, type MaskCount, type MaskOptions } from '@holdshort/masking';
import { isDetector } from '@holdshort/secret-scan';
import type { AnswerMask } from '../exchange/answer.js';
import { cannotMask } from './unmaskable.js';

/** First bytes of packed content: gzip, zip, bzip2, xz, zstd, 7z, rar, lz4, git packs. */
const PACKED = [
  '1f8b',
  '504b0304',
  '504b0506',
  '425a68',
  'fd377a585a',
  '28b52ffd',
  '377abcaf',
  '52617221',
  '04224d18',
  '5041434b',
];
const PACKED_MOST = 5;

/** Digests of what GitHub sent are none of what the client gets; parts are not served. */
const OF_BYTES = ['accept-ranges', 'content-md5', 'content-digest', 'repr-digest', 'digest', 'x-ms-blob-content-md5'];

/** Masks one answer. Content in which nothing can be found, because it is packed, ends the call before a byte is released. */
export class ResponseMask implements AnswerMask {
  private masker: Masker | undefined;
  private head: Buffer | undefined = Buffer.alloc(0);
  private readonly options: MaskOptions;

  /** @throws HoldshortError `masking_impossible` for a detector of a newer version than this agent's */
  constructor(detectors: readonly string[], fields: readonly string[]) {
    const unknown = detectors.find((name) => !isDetector(name));
    if (unknown !== undefined) throw cannotMask(`this agent knows no detector "${unknown.slice(0, 64)}"`);
    this.options = { detectors, fields };
  }

  start(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
    const encoding = textOf(headers['content-encoding']);
    if (encoding !== '' && encoding !== 'identity') throw cannotMask(`GitHub sent it as ${encoding.slice(0, 32)}`);
    const isEventStream = /^text\/event-stream\b/i.test(textOf(headers['content-type']));
    this.masker = new Masker({ ...this.options, isEventStream });
    const passed = { ...headers };
    for (const name of OF_BYTES) Reflect.deleteProperty(passed, name);
    return passed;
  }

  push(chunk: Buffer): Buffer {
    if (!this.head) return this.mask(chunk);
    this.head = Buffer.concat([this.head, chunk]);
    return this.head.length < PACKED_MOST ? Buffer.alloc(0) : this.mask(this.whole());
  }

  end(): Buffer {
    const first = this.head ? this.mask(this.whole()) : Buffer.alloc(0);
    return Buffer.concat([first, this.masker?.end() ?? Buffer.alloc(0)]);
  }

  counts(): MaskCount[] {
    return this.masker?.counts() ?? [];
  }

  private whole(): Buffer {
    const head = this.head ?? Buffer.alloc(0);
    this.head = undefined;
    const hex = head.toString('hex', 0, PACKED_MOST);
    if (PACKED.some((magic) => hex.startsWith(magic))) throw cannotMask('it is packed');
    return head;
  }

  private mask(bytes: Buffer): Buffer {
    if (!this.masker) throw new HoldshortError('internal_error', 'The answer had no head.');
    return this.masker.push(bytes);
  }
}

const textOf = (value: OutgoingHttpHeaders[string]): string => String(value ?? '').toLowerCase();
