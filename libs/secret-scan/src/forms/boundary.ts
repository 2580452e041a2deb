import { ALPHANUMERIC, HEX_DIGIT } from '../checks/byte-class.js';

const BACKSLASH = 0x5c;
const PERCENT = 0x25;
/** n, r, t: what follows the backslash of an escape in a string literal. */
const ESCAPED = new Set([0x6e, 0x72, 0x74]);

const hex = (bytes: Uint8Array, at: number): boolean => HEX_DIGIT[bytes[at] ?? 0] === 1;

/**
 * Whether a token may begin at `at`: not within a longer word. A letter before it does not count where it ends an escape: `\n`,
 * `%3D` or `\u003d`; nor one that stands alone among bytes that are no text.
 */
export function beginsWord(bytes: Uint8Array, at: number, from: number): boolean {
  return (
    at <= from || ALPHANUMERIC[bytes[at - 1] ?? 0] !== 1 || endsEscape(bytes, at, from) || followsNoise(bytes, at, from)
  );
}

/** A control character that text does not have stands before the letter. */
function followsNoise(bytes: Uint8Array, at: number, from: number): boolean {
  const before = at - 2 >= from ? (bytes[at - 2] ?? 0) : 0x20;
  return before < 0x20 && before !== 0x09 && before !== 0x0a && before !== 0x0d;
}

function endsEscape(bytes: Uint8Array, at: number, from: number): boolean {
  const has = (back: number, byte: number): boolean => at - back >= from && bytes[at - back] === byte;
  if (has(2, BACKSLASH) && ESCAPED.has(bytes[at - 1] ?? 0)) return true;
  if (has(3, PERCENT) && hex(bytes, at - 2) && hex(bytes, at - 1)) return true;
  return has(6, BACKSLASH) && has(5, 0x75) && hex(bytes, at - 1);
}
