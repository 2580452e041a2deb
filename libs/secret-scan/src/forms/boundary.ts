import { ALPHANUMERIC, HEX_DIGIT } from '../checks/byte-class.js';

const BACKSLASH = 0x5c;
const PERCENT = 0x25;
/** n, r, t: what follows the backslash of an escape in a string literal. */
const ESCAPED = new Set([0x6e, 0x72, 0x74]);

const hex = (bytes: Uint8Array, at: number): boolean => HEX_DIGIT[bytes[at] ?? 0] === 1;

/**
 * Whether a token may begin at `at`: not within a longer word. A letter before it does not count where it ends an escape: `\n`,
 * `%3D` or `\u003d`.
 */
export function beginsWord(bytes: Uint8Array, at: number, from: number): boolean {
  if (at <= from) return true;
  const before = bytes[at - 1] ?? 0;
  if (ALPHANUMERIC[before] !== 1) return true;
  if (at - 2 >= from && bytes[at - 2] === BACKSLASH && ESCAPED.has(before)) return true;
  if (at - 3 >= from && bytes[at - 3] === PERCENT && hex(bytes, at - 2) && hex(bytes, at - 1)) return true;
  return at - 6 >= from && bytes[at - 6] === BACKSLASH && bytes[at - 5] === 0x75 && hex(bytes, at - 1);
}
