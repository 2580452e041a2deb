import { crc32c } from './crc32c.js';

/**
 * One record of a segment: u32 length (LE), u32 CRC-32C of the payload (LE), payload. The payload's
 * first byte is its kind, the rest JSON in UTF-8.
 * - `H` header, first in every segment
 * - `A` attempt, `O` outcome, `S` single: an event, delivered
 * - `K` a checkpoint, delivered
 * - `C` an attempt without outcome, carried out of a segment that was deleted; never delivered again
 */
export type FrameKind = 'H' | 'A' | 'O' | 'S' | 'K' | 'C';

export interface Frame {
  kind: FrameKind;
  json: Buffer;
  /** Of the frame in its segment, and of what follows it. */
  start: number;
  end: number;
}

export const FRAME_OVERHEAD = 8;
/** Four times the largest event: a longer length is not a length but damage. */
const MAX_PAYLOAD = 4 * 1024 * 1024;
const KINDS = 'HAOSKC';

export function encodeFrame(kind: FrameKind, json: string | Buffer): Buffer {
  const size = 1 + Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(FRAME_OVERHEAD + size);
  frame.write(kind, FRAME_OVERHEAD, 'latin1');
  if (typeof json === 'string') frame.write(json, FRAME_OVERHEAD + 1, 'utf8');
  else json.copy(frame, FRAME_OVERHEAD + 1);
  frame.writeUInt32LE(size, 0);
  frame.writeUInt32LE(crc32c(frame, FRAME_OVERHEAD), 4);
  return frame;
}

/**
 * The frame at `at` of the buffer, `'more'` where the buffer ends before the frame does, or `'damaged'`.
 * @param base offset of the buffer in its segment
 */
export function decodeFrame(buffer: Buffer, at: number, base: number): Frame | 'more' | 'damaged' {
  if (buffer.length - at < FRAME_OVERHEAD) return 'more';
  const size = buffer.readUInt32LE(at);
  if (size < 1 || size > MAX_PAYLOAD) return 'damaged';
  const end = at + FRAME_OVERHEAD + size;
  if (end > buffer.length) return 'more';
  if (crc32c(buffer, at + FRAME_OVERHEAD, end) !== buffer.readUInt32LE(at + 4)) return 'damaged';
  const kind = String.fromCharCode(buffer[at + FRAME_OVERHEAD] ?? 0);
  if (!KINDS.includes(kind)) return 'damaged';
  const json = buffer.subarray(at + FRAME_OVERHEAD + 1, end);
  return { kind: kind as FrameKind, json, start: base + at, end: base + end };
}
