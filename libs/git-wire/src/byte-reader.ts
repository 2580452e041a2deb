import type { GitProtocolCode } from './git-protocol-error.js';
import { readPktLength, toPktLine } from './pkt-line.js';
import type { PktLine } from './pkt-line.js';

/** Pulls exact numbers of bytes out of a chunked source and hands on what was not pulled. */
export class ByteReader {
  private readonly iterator: AsyncIterator<Buffer>;
  private window: Buffer = Buffer.alloc(0);
  private ended = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  /** `count` bytes, or undefined when the source ends before them (they then stay unread). */
  async read(count: number): Promise<Buffer | undefined> {
    if (this.window.length < count) await this.gather(count);
    if (this.window.length < count) return undefined;
    const bytes = this.window.subarray(0, count);
    this.window = this.window.subarray(count);
    return bytes;
  }

  /** Whether nothing is left and the source has ended. */
  async atEnd(): Promise<boolean> {
    if (this.window.length === 0) await this.gather(1);
    return this.window.length === 0;
  }

  /** Everything not yet read. The source is released when the consumer stops early. */
  async *rest(): AsyncGenerator<Buffer> {
    try {
      while (!(await this.atEnd())) {
        const chunk = this.window;
        this.window = Buffer.alloc(0);
        yield chunk;
      }
    } finally {
      await this.close();
    }
  }

  /** Releases the source. */
  async close(): Promise<void> {
    if (!this.ended) await this.iterator.return?.();
    this.ended = true;
  }

  /** Joins once, so that a peer that sends single bytes costs no more than one that does not. */
  private async gather(count: number): Promise<void> {
    const parts = [this.window];
    for (let have = this.window.length; have < count;) {
      const chunk = await this.pull();
      if (chunk === undefined) break;
      parts.push(chunk);
      have += chunk.length;
    }
    this.window = Buffer.concat(parts);
  }

  private async pull(): Promise<Buffer | undefined> {
    if (this.ended) return undefined;
    const next = await this.iterator.next();
    if (next.done !== true) return next.value;
    this.ended = true;
    return undefined;
  }
}

/** One packet with the bytes it took; undefined at a clean or an unclean end: ask `atEnd` which. */
export async function readPktLine(
  reader: ByteReader,
  code: GitProtocolCode = 'request_malformed',
): Promise<{ line: PktLine; raw: Buffer[] } | undefined> {
  const head = await reader.read(4);
  if (head === undefined) return undefined;
  const length = readPktLength(head, 0, code);
  if (length < 4) return { line: toPktLine(length, head), raw: [head] };
  const data = await reader.read(length - 4);
  return data === undefined ? undefined : { line: { kind: 'data', data }, raw: [head, data] };
}
