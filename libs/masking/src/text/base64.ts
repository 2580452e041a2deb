const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Value of a character of base64, RFC 4648; 64 for the padding, 255 for any other byte. */
export const BASE64_VALUE = new Uint8Array(256).fill(255);
Buffer.from(ALPHABET, 'latin1').forEach((byte, value) => (BASE64_VALUE[byte] = value));
export const PADDING = 64;
BASE64_VALUE['='.charCodeAt(0)] = PADDING;

const DIGITS = Buffer.from(`${ALPHABET}=`, 'latin1');

/** Four characters of base64 and where they stand: line ends may part them. */
export interface Quantum {
  values: number[];
  places: number[];
  /** Raw byte after it; -1 where it does not end within the bytes. */
  end: number;
}

/** Line ends within four characters; more and it is no base64. */
const BREAKS_MOST = 4;
const BACKSLASH = 0x5c;
const SLASH = 0x2f;
const isBreak = (byte: number | undefined): boolean => byte === 0x6e || byte === 0x72;

/** What JSON writes between or for characters of base64: a line end, or an escaped slash. */
interface Separator {
  length: number;
  isSlash: boolean;
}

/** `\n`, `\r` or `\/` at `at`; within a string within a string (`nested`) `\\n` and so on. */
export function separatorAt(raw: Uint8Array, at: number, to: number, nested: boolean): Separator | 'cut' | undefined {
  const length = nested ? 3 : 2;
  for (let index = at; index < at + length - 1; index++) {
    if (index >= to) return 'cut';
    if (raw[index] !== BACKSLASH) return undefined;
  }
  if (at + length > to) return 'cut';
  const isSlash = raw[at + length - 1] === SLASH;
  return isSlash || isBreak(raw[at + length - 1]) ? { length, isSlash } : undefined;
}

/** Reads four characters from `at` on, with what JSON writes between them; `undefined` where there is no base64. */
export function quantumAt(raw: Uint8Array, at: number, to: number, nested: boolean): Quantum | undefined {
  const found: Quantum = { values: [], places: [], end: -1 };
  let breaks = 0;
  for (let position = at; found.values.length < 4; found.end = position) {
    const byte = position < to ? (raw[position] as number) : -1;
    const separator = byte === BACKSLASH ? separatorAt(raw, position, to, nested) : undefined;
    if (byte < 0 || separator === 'cut') return { ...found, end: -1 };
    if (separator) {
      if (separator.isSlash) take(found, 63, -1);
      else if (++breaks > BREAKS_MOST) return undefined;
      position += separator.length;
      continue;
    }
    const value = BASE64_VALUE[byte] as number;
    if (value === 255) return undefined;
    take(found, value, position++);
  }
  return isWhole(found.values) ? found : undefined;
}

function take({ values, places }: Quantum, value: number, place: number): void {
  values.push(value);
  places.push(place);
}

/** Padding stands at the end only, and at most twice. */
const isWhole = ([a = 0, b = 0, c = 0, d = 0]: number[]): boolean =>
  a < PADDING && b < PADDING && (c < PADDING || d === PADDING);

/** Bytes that the values stand for: three, or fewer where they are padded. */
export function bytesOf([a = 0, b = 0, c = 0, d = 0]: readonly number[]): number[] {
  const bytes = [(a << 2) | (b >> 4)];
  if (c < PADDING) bytes.push(((b & 15) << 4) | (c >> 2));
  if (c < PADDING && d < PADDING) bytes.push(((c & 3) << 6) | d);
  return bytes;
}

/** Writes other bytes, as many as before, in place. A character that JSON escapes (`\/`) stays: it has no room for another. */
export function writeBytes(out: Uint8Array, places: readonly number[], [a = 0, b, c]: readonly number[]): void {
  const values = [a >> 2, ((a & 3) << 4) | ((b ?? 0) >> 4), PADDING, PADDING];
  if (b !== undefined) values[2] = ((b & 15) << 2) | ((c ?? 0) >> 6);
  if (c !== undefined) values[3] = c & 63;
  places.forEach((place, index) => {
    if (place >= 0) out[place] = DIGITS[values[index] as number] as number;
  });
}
