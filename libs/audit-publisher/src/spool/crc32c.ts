/** Castagnoli polynomial, reflected (RFC 3720 appendix B.4). */
const POLYNOMIAL = 0x82f63b78;

/** Eight tables, so that eight bytes are folded per step: about four times the speed of one table. */
const TABLES = makeTables();

function makeTables(): Int32Array[] {
  const first = new Int32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    first[byte] = value;
  }
  const tables: Int32Array[] = [first];
  for (let level = 1; level < 8; level += 1) tables.push(nextTable(tables[level - 1] as Int32Array, first));
  return tables;
}

function nextTable(previous: Int32Array, first: Int32Array): Int32Array {
  return previous.map((value) => (first[value & 0xff] ?? 0) ^ (value >>> 8));
}

type Table = Int32Array;
const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES as [Table, Table, Table, Table, Table, Table, Table, Table];

/* eslint-disable @typescript-eslint/no-non-null-assertion -- every index below is a byte into a table of 256, or within the data */

/** Whether a typed array of 32 bits reads the bytes in the order that the tables are made for. */
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** CRC-32C of the bytes, unsigned. */
export function crc32c(data: Uint8Array, start = 0, end = data.length): number {
  const isAligned = LITTLE_ENDIAN && (data.byteOffset + start) % 4 === 0;
  const whole = start + ((end - start) & ~7);
  let crc = isAligned ? foldWords(data, start, whole) : foldBytes(data, start, whole);
  for (let at = whole; at < end; at += 1) crc = T0[(crc ^ data[at]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

/** Two reads for eight bytes: twice the speed. */
function foldWords(data: Uint8Array, start: number, end: number): number {
  const words = new Int32Array(data.buffer, data.byteOffset + start, (end - start) >>> 2);
  let crc = -1;
  for (let at = 0; at < words.length; at += 2) crc = fold(crc ^ words[at]!, words[at + 1]!);
  return crc;
}

function foldBytes(data: Uint8Array, start: number, end: number): number {
  let crc = -1;
  for (let at = start; at < end; at += 8) {
    const low = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
    const high = data[at + 4]! | (data[at + 5]! << 8) | (data[at + 6]! << 16) | (data[at + 7]! << 24);
    crc = fold(crc ^ low, high);
  }
  return crc;
}

const fold = (low: number, high: number): number =>
  T7[low & 0xff]! ^
  T6[(low >>> 8) & 0xff]! ^
  T5[(low >>> 16) & 0xff]! ^
  T4[low >>> 24]! ^
  T3[high & 0xff]! ^
  T2[(high >>> 8) & 0xff]! ^
  T1[(high >>> 16) & 0xff]! ^
  T0[high >>> 24]!;
