const BACKSLASH = 0x5c;
const PLAIN = new Map(Array.from(Buffer.from('"\\/'), (byte) => [byte, byte]));
for (const [letter, byte] of Object.entries({ n: 0x0a, r: 0x0d, t: 0x09, b: 0x08, f: 0x0c }))
  PLAIN.set(letter.charCodeAt(0), byte);

/** Raw length of `\u003d`. */
const UNICODE = 6;

/** An escape of JSON (RFC 8259, 7): how long it is in the raw bytes, and the code unit it stands for. */
export interface Escape {
  length: number;
  unit: number;
}

/** The escape at `at`; `undefined` where it is none, `'cut'` where `to` comes before its end. */
export function escapeAt(raw: Buffer, at: number, to: number): Escape | 'cut' | undefined {
  if (raw[at] !== BACKSLASH) return undefined;
  if (at + 1 >= to) return 'cut';
  const plain = PLAIN.get(raw[at + 1] as number);
  if (plain !== undefined) return { length: 2, unit: plain };
  if (raw[at + 1] !== 0x75) return undefined;
  const digits = raw.toString('latin1', at + 2, Math.min(to, at + UNICODE));
  if (!/^[0-9A-Fa-f]*$/.test(digits)) return undefined;
  return digits.length < 4 ? 'cut' : { length: UNICODE, unit: Number.parseInt(digits, 16) };
}

/** Bytes of a code unit in UTF-8; halves of a pair by themselves, for rules read ASCII only. */
export function utf8Of(unit: number): number[] {
  if (unit < 0x80) return [unit];
  if (unit < 0x800) return [0xc0 | (unit >> 6), 0x80 | (unit & 63)];
  return [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63)];
}
