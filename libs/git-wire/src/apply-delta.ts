import { unreadable } from './git-protocol-error.js';

/** The two sizes at the start of a delta, and where its instructions begin. */
export interface DeltaHead {
  baseSize: number;
  resultSize: number;
  start: number;
}

export function readDeltaHead(delta: Buffer): DeltaHead {
  const base = readSize(delta, 0);
  const result = readSize(delta, base.next);
  return { baseSize: base.value, resultSize: result.value, start: result.next };
}

function readSize(delta: Buffer, from: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 7; i++) {
    const byte = delta[from + i];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: from + i + 1 };
  }
  throw unreadable('a delta has no sizes');
}

/** One copy instruction; reused, since deltas consist of millions of them. */
interface Copy {
  offset: number;
  size: number;
  next: number;
}

/**
 * The object that `delta` makes of `base` (gitformat-pack, "Deltified representation").
 * @throws GitProtocolError `push_unreadable` when it does not fit the base or reaches outside it
 */
export function applyDelta(base: Buffer, delta: Buffer): Buffer {
  const head = readDeltaHead(delta);
  if (head.baseSize !== base.length) throw unreadable('a delta was made for another base');
  const result = Buffer.allocUnsafe(head.resultSize);
  const copy: Copy = { offset: 0, size: 0, next: 0 };
  let to = 0;
  for (let from = head.start; from < delta.length; from = copy.next) {
    const code = delta[from] ?? 0;
    if (code < 0x80) readInsert(delta, from, code, copy);
    else readCopy(delta, from, code, copy);
    const source = code < 0x80 ? delta : base;
    if (copy.offset + copy.size > source.length || to + copy.size > result.length)
      throw unreadable('a delta reaches outside its base');
    source.copy(result, to, copy.offset, copy.offset + copy.size);
    to += copy.size;
  }
  if (to !== result.length) throw unreadable('a delta makes less than it says');
  return result;
}

function readInsert(delta: Buffer, from: number, code: number, copy: Copy): void {
  if (code === 0) throw unreadable('a delta contains an unknown instruction');
  copy.offset = from + 1;
  copy.size = code;
  copy.next = from + 1 + code;
  if (copy.next > delta.length) throw unreadable('a delta ends inside an instruction');
}

/** Seven bits of `code` say which bytes of the offset (4) and the size (3) follow, lowest first. */
function readCopy(delta: Buffer, from: number, code: number, copy: Copy): void {
  let next = from + 1;
  let offset = 0;
  let size = 0;
  if ((code & 0x01) !== 0) offset = byteAt(delta, next++);
  if ((code & 0x02) !== 0) offset += byteAt(delta, next++) * 0x100;
  if ((code & 0x04) !== 0) offset += byteAt(delta, next++) * 0x1_0000;
  if ((code & 0x08) !== 0) offset += byteAt(delta, next++) * 0x100_0000;
  if ((code & 0x10) !== 0) size = byteAt(delta, next++);
  if ((code & 0x20) !== 0) size += byteAt(delta, next++) * 0x100;
  if ((code & 0x40) !== 0) size += byteAt(delta, next++) * 0x1_0000;
  copy.offset = offset;
  copy.size = size === 0 ? 0x1_0000 : size;
  copy.next = next;
}

function byteAt(delta: Buffer, index: number): number {
  const byte = delta[index];
  if (byte === undefined) throw unreadable('a delta ends inside an instruction');
  return byte;
}
