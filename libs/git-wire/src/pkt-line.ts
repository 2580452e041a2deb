import { GitProtocolError } from './git-protocol-error.js';
import type { GitProtocolCode } from './git-protocol-error.js';

/** Longest packet including its four length digits (gitprotocol-common: LARGE_PACKET_MAX). */
export const MAX_PKT_LENGTH = 65_520;
export const MAX_PKT_DATA = MAX_PKT_LENGTH - 4;

export const FLUSH_PKT: Buffer = Buffer.from('0000', 'latin1');
export const DELIM_PKT: Buffer = Buffer.from('0001', 'latin1');
export const RESPONSE_END_PKT: Buffer = Buffer.from('0002', 'latin1');

export type PktLine = { kind: 'data'; data: Buffer } | { kind: 'flush' } | { kind: 'delim' } | { kind: 'response-end' };

/** One data packet. @throws GitProtocolError when the data is longer than 65,516 bytes. */
export function encodePktLine(data: string | Uint8Array): Buffer {
  const size = typeof data === 'string' ? Buffer.byteLength(data) : data.length;
  if (size > MAX_PKT_DATA) throw new GitProtocolError('request_malformed', 'A git packet is longer than 65,516 bytes.');
  const packet = Buffer.allocUnsafe(size + 4);
  packet.write((size + 4).toString(16).padStart(4, '0'), 0, 'latin1');
  packet.set(typeof data === 'string' ? Buffer.from(data) : data, 4);
  return packet;
}

/** The value of one length digit, -1 for what is not a hexadecimal digit. */
function digit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * The packet length that stands at `at`: 0, 1, 2 for flush, delim, response-end, else 4 to 65,520.
 * @throws GitProtocolError for anything else; git itself dies on these too.
 */
export function readPktLength(bytes: Buffer, at: number, code: GitProtocolCode = 'request_malformed'): number {
  let length = 0;
  for (let i = at; i < at + 4; i++) {
    const value = digit(bytes[i] ?? 0);
    if (value < 0) throw new GitProtocolError(code, 'A git packet does not start with its length.');
    length = length * 16 + value;
  }
  if (length === 3 || length > MAX_PKT_LENGTH)
    throw new GitProtocolError(code, `A git packet has the impossible length ${length}.`);
  return length;
}

const SPECIAL: readonly PktLine[] = [{ kind: 'flush' }, { kind: 'delim' }, { kind: 'response-end' }];

export const toPktLine = (length: number, data: Buffer): PktLine => SPECIAL[length] ?? { kind: 'data', data };

/**
 * Cuts a byte stream into packets whatever its chunking. Holds at most one unfinished packet (64 KiB);
 * returned data may share memory with the pushed chunk.
 */
export class PktLineParser {
  private pending: Buffer = Buffer.alloc(0);
  private readonly code: GitProtocolCode;

  constructor(options: { code?: GitProtocolCode } = {}) {
    this.code = options.code ?? 'request_malformed';
  }

  /** @throws GitProtocolError at the first impossible length; the parser must not be used afterwards. */
  push(chunk: Buffer): PktLine[] {
    const bytes = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const lines: PktLine[] = [];
    let at = 0;
    while (bytes.length - at >= 4) {
      const length = readPktLength(bytes, at, this.code);
      const end = at + Math.max(4, length);
      if (end > bytes.length) break;
      lines.push(toPktLine(length, bytes.subarray(at + 4, end)));
      at = end;
    }
    this.pending = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
    return lines;
  }

  /** Says that the stream is over. @throws GitProtocolError when it ended inside a packet. */
  end(): void {
    if (this.pending.length > 0) throw new GitProtocolError(this.code, 'The git stream ends inside a packet.');
  }
}
