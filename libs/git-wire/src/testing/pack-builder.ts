import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

export interface PackEntry {
  /** 1 commit, 2 tree, 3 blob, 4 tag, 6 OFS delta, 7 REF delta. */
  type: number;
  content: Buffer;
  /** The size to state, when it is to be a lie. */
  size?: number;
  /** REF: the base's id; OFS: how many entries before this one the base is, or a distance in bytes. */
  baseId?: string;
  baseEntry?: number;
  distance?: number;
  /** What to write instead of the deflated content. */
  raw?: Buffer;
}

export function entryHead(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let rest = Math.floor(size / 16);
  let byte = (type << 4) | (size & 15);
  for (; rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(byte | 0x80);
    byte = rest & 0x7f;
  }
  return Buffer.from([...bytes, byte]);
}

function distanceBytes(distance: number): Buffer {
  const bytes = [distance & 0x7f];
  for (let rest = Math.floor(distance / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift(0x80 | (--rest & 0x7f));
  return Buffer.from(bytes);
}

/** A pack with a right checksum and whatever else in it. */
export function buildPack(entries: readonly PackEntry[], count = entries.length): Buffer {
  const head = Buffer.alloc(12);
  head.write('PACK', 0, 'latin1');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(count, 8);
  const parts: Buffer[] = [head];
  const offsets: number[] = [];
  let offset = head.length;
  for (const entry of entries) {
    offsets.push(offset);
    const base =
      entry.distance ??
      (entry.baseEntry === undefined ? undefined : offset - (offsets[offsets.length - 1 - entry.baseEntry] ?? 0));
    const written = [
      entryHead(entry.type, entry.size ?? entry.content.length),
      ...(entry.baseId === undefined ? [] : [Buffer.from(entry.baseId, 'hex')]),
      ...(base === undefined ? [] : [distanceBytes(base)]),
      entry.raw ?? deflateSync(entry.content),
    ];
    parts.push(...written);
    for (const part of written) offset += part.length;
  }
  return withChecksum(Buffer.concat(parts));
}

export const withChecksum = (body: Buffer): Buffer => Buffer.concat([body, createHash('sha1').update(body).digest()]);

export function blobId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function deltaSize(size: number): number[] {
  const bytes: number[] = [];
  let rest = size;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

/** A delta that appends up to 127 bytes to a base of under 64 KiB. */
export function appendDelta(base: Buffer, added: Buffer): Buffer {
  const copy = base.length === 0 ? [] : [0xb0, base.length & 0xff, base.length >> 8];
  return Buffer.concat([
    Buffer.from([...deltaSize(base.length), ...deltaSize(base.length + added.length), ...copy, added.length]),
    added,
  ]);
}
