import { unreadable } from './git-protocol-error.js';
import { OFS_DELTA, REF_DELTA } from './object-index.js';

/** What stands before the compressed bytes of each object in a pack (gitformat-pack, "Object entry"). */
export interface EntryHeader {
  /** Bytes of the header itself. */
  length: number;
  type: number;
  /** Of what follows, inflated: for a delta of the delta. */
  size: number;
  /** OFS delta: how far before this entry its base starts. */
  baseDistance?: number;
  /** REF delta: the id of its base. */
  baseId?: Buffer;
}

const KNOWN = new Set([1, 2, 3, 4, OFS_DELTA, REF_DELTA]);

/** @returns undefined when `bytes` end inside the header. @throws GitProtocolError `push_unreadable` */
export function readEntryHeader(bytes: Buffer, idLength: number): EntryHeader | undefined {
  const first = bytes[0];
  if (first === undefined) return undefined;
  const type = (first >> 4) & 7;
  if (!KNOWN.has(type)) throw unreadable('it contains an object of an unknown type');
  const size = readSize(bytes, first);
  if (size === undefined) return undefined;
  if (type === OFS_DELTA) return withDistance(bytes, { type, ...size });
  return type === REF_DELTA ? withBaseId(bytes, { type, ...size }, idLength) : { type, ...size };
}

function readSize(bytes: Buffer, first: number): Pick<EntryHeader, 'size' | 'length'> | undefined {
  let size = first & 0x0f;
  let byte = first;
  let length = 1;
  for (let scale = 16; byte >= 0x80; scale *= 128) {
    // 4 + 6 * 7 bits are far over every limit and still exact in a number.
    if (length > 7) throw unreadable('an object has an impossible size');
    const next = bytes[length++];
    if (next === undefined) return undefined;
    byte = next;
    size += (byte & 0x7f) * scale;
  }
  return { size, length };
}

function withDistance(bytes: Buffer, header: EntryHeader): EntryHeader | undefined {
  let length = header.length;
  let distance = -1;
  for (let byte = 0x80; byte >= 0x80;) {
    const next = bytes[length++];
    if (next === undefined) return undefined;
    byte = next;
    distance = (distance + 1) * 128 + (byte & 0x7f);
    if (distance > Number.MAX_SAFE_INTEGER / 256) throw unreadable('a delta names an impossible base');
  }
  return { ...header, length, baseDistance: distance };
}

function withBaseId(bytes: Buffer, header: EntryHeader, idLength: number): EntryHeader | undefined {
  const length = header.length + idLength;
  if (bytes.length < length) return undefined;
  return { ...header, length, baseId: Buffer.from(bytes.subarray(header.length, length)) };
}
